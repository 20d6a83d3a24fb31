// Asks AWS for what slsctl.yml refers to: the account, the region, parameters, secrets. Each once.
import { badInput } from '../errors/user-error.ts';
import type { Project } from './project.ts';

/** Who can be asked. */
export interface Sources {
  readonly region: string;
  identity(): Promise<{ account: string }>;
  parameters(names: readonly string[]): Promise<Map<string, { value: string; secure: boolean }>>;
  secret(reference: string): Promise<string>;
}

/**
 * The values by expression, as far as these functions (keys or names; none: all) need them. `answers` holds
 * what has been asked before. Rejects with a UserError when something is missing, or would be shown though it
 * is encrypted.
 */
export async function valuesOf(
  project: Project,
  sources: Sources,
  answers: Map<string, Promise<string>>,
  functions: readonly string[] = [],
): Promise<Map<string, string>> {
  const wanted = project.references.filter(({ path }) => concerns(project, path, functions));
  const expressions = [...new Set(wanted.map(({ expression }) => expression))];
  const fresh = expressions.filter((expression) => !answers.has(expression));
  const names = fresh.filter((one) => one.startsWith('ssm:')).map(argument);
  const parameters = names.length > 0 ? sources.parameters(names) : undefined;
  for (const expression of fresh) answers.set(expression, ask(expression));
  const values = await Promise.all(
    expressions.map(async (expression) => [expression, (await answers.get(expression)) as string] as const),
  );
  return new Map(values);

  async function ask(expression: string): Promise<string> {
    if (expression === 'region') return sources.region;
    if (expression === 'account') return (await sources.identity()).account;
    if (expression.startsWith('secret:')) return sources.secret(argument(expression));
    const parameter = (await parameters)?.get(argument(expression));
    const shown = wanted.find((one) => one.expression === expression && one.path.at(-2) !== 'environment');
    if (parameter?.secure && shown) {
      throw badInput(`\${${expression}} is encrypted and stands in ${shown.path.map(String).join('.')}`, {
        reason: 'it would be shown there; allowed: in environment',
      });
    }
    return parameter?.value ?? '';
  }
}

function argument(expression: string): string {
  return expression.slice(expression.indexOf(':') + 1).trim();
}

/** Whether something at this path of the file is of one of these functions. */
function concerns(project: Project, path: readonly PropertyKey[], functions: readonly string[]): boolean {
  const [room, key] = path[0] === 'stages' ? path.slice(2) : path;
  if (room !== 'functions' || functions.length === 0) return true;
  const name = project.functions.find((one) => one.key === key)?.name ?? '';
  return functions.includes(String(key)) || functions.includes(name);
}
