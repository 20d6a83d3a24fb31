// `slsctl env set`: writes environment variables to slsctl.yml and to AWS.
import { variableNameProblem } from '../../config/schema/variable-names.ts';
import { selectFunction } from '../../config/select.ts';
import { asText } from '../../config/text/template.ts';
import type { Context } from '../../context.ts';
import { badInput } from '../../errors/user-error.ts';
import { looksSecret } from '../../secrets/names.ts';
import { changeVariables, isFunction } from './change.ts';

export interface EnvSetArgs {
  words: string[];
  /** `${…}` in a value is a reference, and not text. */
  references?: boolean;
}

export async function envSet(context: Context, { words, references }: EnvSetArgs): Promise<number> {
  const { secrets, ui } = context;
  const project = await context.project();
  const [first = '', ...rest] = words;
  const named = !first.includes('=') && isFunction(project, first);
  const set: Record<string, string> = {};
  /** Names of secrets whose values come into the file. */
  const clear: string[] = [];
  const refersElsewhere = (value: string) => references && value.includes('${');
  for (const word of named ? rest : words) {
    const equals = word.indexOf('=');
    if (equals < 0) {
      const names = project.functions.map(({ key }) => key).join(', ');
      // Behind other words it may be a value that was meant, and a value may be a secret.
      const isName = word === first || /^[A-Z][A-Z\d_]*$/.test(word);
      const shown = isName ? JSON.stringify(word) : `word ${words.indexOf(word) + 1}`;
      throw badInput(`${shown} is not KEY=VALUE`, {
        reason:
          word === first
            ? `it is not a function of this project either; the project has: ${names}`
            : undefined,
        next: { command: 'env set [function] KEY=VALUE…' },
      });
    }
    const key = word.slice(0, equals);
    checkName(key);
    const value = word.slice(equals + 1);
    set[key] = references ? value : asText(value);
    if (refersElsewhere(value)) continue;
    secrets.variable(key, value);
    if (value !== '' && looksSecret(key)) clear.push(key);
  }
  if (Object.keys(set).length === 0) throw badInput('nothing to set', { next: 'give KEY=VALUE' });
  const target = selectFunction(project, named ? first : undefined);
  if (clear.length > 0) ui.warn(inClear(clear));
  return changeVariables(context, { project, target, set, unset: [] });
}

/** As the import says it of live variables. */
function inClear(names: readonly string[]): string {
  const [look, its] =
    names.length > 1 ? ['look like secrets', 'their values are'] : ['looks like a secret', 'its value is'];
  const references = `\${secret:NAME}, \${ssm:/NAME} or \${env:NAME}`;
  return `${names.join(', ')} ${look}, and ${its} in clear in slsctl.yml now; ${references} keeps a secret out of the file (env set --references)`;
}

function checkName(key: string): void {
  const problem = variableNameProblem(key);
  if (problem) throw badInput(`${JSON.stringify(key)} ${problem}`);
}
