// Asks AWS for the values of references in slsctl.yml: account, region, parameters, secrets and names of the project's
// things. Each is asked for once.

import { partition } from '@aws-sdk/core/client';
import { badInput } from '../errors/user-error.ts';
import type { Project } from './project.ts';
import { qualifierOf } from './qualifiers.ts';
import type { ThingConfig, ThingKind } from './things/kinds.ts';
import { thingArn, thingName } from './things/names.ts';
import { functionReference, thingReference } from './things/problems.ts';
import { queueUrlMark } from './things/queue-urls.ts';

/** The sources of values. */
export interface Sources {
  readonly region: string;
  identity(): Promise<{ account: string }>;
  parameters(names: readonly string[]): Promise<Map<string, { value: string; secure: boolean }>>;
  secret(reference: string): Promise<string>;
}

/**
 * The values by expression that these functions need (keys or names; an empty list means all). `answers` keeps the values
 * of earlier calls. Rejects with a UserError when a value is missing, or when an encrypted value is used where it would be
 * shown.
 */
export async function valuesOf(
  project: Project,
  sources: Sources,
  answers: Map<string, Promise<string>>,
  functions: readonly string[] = [],
): Promise<Map<string, string>> {
  const needed = project.references.filter(({ path }) => concerns(project, path, functions));
  const expressions = [...new Set(needed.map(({ expression }) => expression))];
  const unasked = expressions.filter((expression) => !answers.has(expression));
  const names = unasked.filter((expression) => expression.startsWith('ssm:')).map(argument);
  const parameters = names.length > 0 ? sources.parameters(names) : undefined;
  for (const expression of unasked) answers.set(expression, ask(expression));
  const values = await Promise.all(
    expressions.map(async (expression) => [expression, (await answers.get(expression)) as string] as const),
  );
  return new Map(values);

  async function ask(expression: string): Promise<string> {
    if (expression === 'region') return sources.region;
    if (expression === 'account') return (await sources.identity()).account;
    if (expression.startsWith('secret:')) return sources.secret(argument(expression));
    const called = functionReference(expression);
    if (called !== undefined) return functionArn(called);
    const thing = thingReference(expression);
    if (thing) return thingValue(thing);
    const parameter = (await parameters)?.get(argument(expression));
    const shown = needed.find(
      (reference) => reference.expression === expression && reference.path.at(-2) !== 'environment',
    );
    if (parameter?.secure && shown) {
      throw badInput(
        `\${${expression}} is encrypted, and cannot be used in ${shown.path.map(String).join('.')}`,
        {
          reason: 'it would be shown there; allowed: only in environment',
        },
      );
    }
    return parameter?.value ?? '';
  }

  async function thingValue({ kind, key }: { kind: ThingKind; key: string }): Promise<string> {
    if (kind === 'queue') return queueUrlMark(key);
    const thing = project.things.find((one) => one.kind === kind && one.key === key) as ThingConfig;
    const whole = kind === 'topic' || kind === 'state machine';
    const { account } = kind === 'bucket' || whole ? await sources.identity() : { account: '' };
    const place = { account, region: sources.region };
    const name = thingName(thing, project, place);
    return whole ? thingArn(kind, name, place) : name;
  }

  /** On the alias that follows the deployments, if there is one. */
  async function functionArn(key: string): Promise<string> {
    const config = project.functions.find((one) => one.key === key);
    const { account } = await sources.identity();
    const qualifier = qualifierOf(config?.attachments ?? {});
    const arn = `arn:${partition(sources.region).name}:lambda:${sources.region}:${account}:function:${config?.name}`;
    return qualifier === undefined ? arn : `${arn}:${qualifier}`;
  }
}

function argument(expression: string): string {
  return expression.slice(expression.indexOf(':') + 1).trim();
}

/** Whether a value at this path of the file is used by one of these functions. */
function concerns(project: Project, path: readonly PropertyKey[], functions: readonly string[]): boolean {
  const [section, key] = path[0] === 'stages' ? path.slice(2) : path;
  if (section !== 'functions' || functions.length === 0) return true;
  const name = project.functions.find((config) => config.key === key)?.name ?? '';
  return functions.includes(String(key)) || functions.includes(name);
}
