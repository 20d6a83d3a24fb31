// Problems of queues, topics, buckets, tables and streams that only the whole file shows.
import { nearest } from '../did-you-mean.ts';
import type { FunctionConfig, Reference } from '../project.ts';
import { deadLetterKey, isFifo } from './declared.ts';
import type { QueueConfig, ThingConfig, ThingKind } from './kinds.ts';
import { referenceKind, sectionOf, thingKinds } from './kinds.ts';
import { unknownThing } from './links.ts';
import { thingName } from './names.ts';
import { triggeredBy } from './triggers.ts';

export interface ThingProblem {
  readonly path: readonly PropertyKey[];
  /** Continues after the path. */
  readonly sentence: string;
}

/** The account and region do not matter: names that are equal somewhere are equal everywhere. */
const anywhere = { account: '000000000000', region: 'us-east-1' };

export function thingProblems(
  things: readonly ThingConfig[],
  functions: readonly FunctionConfig[],
  project: { readonly name: string; readonly stage?: string },
): ThingProblem[] {
  const problems: ThingProblem[] = [];
  const names = new Map<string, ThingConfig>();
  for (const thing of things) {
    const { kind, key } = thing;
    const path = [sectionOf[kind], key];
    const refuse = (sentence: string, ...field: string[]) =>
      problems.push({ path: [...path, ...field], sentence });
    const name = thingName(thing, project, anywhere);
    const same = names.get(`${kind} ${name}`);
    if (same) refuse(`has the same name on AWS as ${same.key}`);
    names.set(`${kind} ${name}`, thing);
    if (kind === 'table' && thing.fields.partitionKey === undefined) refuse('is missing', 'partitionKey');
    if (kind === 'queue') problems.push(...queueProblems(thing, things, functions));
  }
  return problems;
}

function queueProblems(
  queue: QueueConfig,
  things: readonly ThingConfig[],
  functions: readonly FunctionConfig[],
): ThingProblem[] {
  const path = [sectionOf.queue, queue.key];
  const problems: ThingProblem[] = [];
  const { visibilityTimeout, deadLetter } = queue.fields;
  const key = deadLetterOf(queue);
  if (key !== undefined) {
    const target = things.find((thing) => thing.kind === 'queue' && thing.key === key);
    const at = [...path, 'deadLetter', ...(typeof deadLetter === 'object' ? ['queue'] : [])];
    if (!target) problems.push({ path: at, sentence: unknownThing(key, things, 'queue') });
    else if (target.kind === 'queue' && isFifo(target) !== isFifo(queue)) {
      const type = isFifo(queue) ? 'a FIFO queue' : 'a standard queue';
      problems.push({ path: at, sentence: `is ${key}; allowed: ${type}, as ${queue.key} is one` });
    } else if (key === queue.key) problems.push({ path: at, sentence: `is ${key} itself` });
  }
  for (const { key: name, settings } of triggeredBy('queue', queue.key, functions)) {
    const timeout = settings.Timeout ?? 3;
    if (visibilityTimeout === undefined || (visibilityTimeout ?? 30) >= timeout) continue;
    problems.push({
      path: [...path, 'visibilityTimeout'],
      sentence: `is ${visibilityTimeout ?? 30}; allowed: at least the timeout of ${name}, which the queue triggers: ${timeout}; AWS recommends ${6 * timeout}`,
    });
  }
  return isFifo(queue) ? [...problems, ...fifoBatches(queue, functions)] : problems;
}

/** Batches that a FIFO queue does not allow; a trigger that names the queue by its key does not show that it is one. */
function fifoBatches({ key }: QueueConfig, functions: readonly FunctionConfig[]): ThingProblem[] {
  return functions.flatMap(({ key: name, attachments }) => {
    const { triggers } = (attachments ?? {}) as { triggers?: unknown };
    if (!Array.isArray(triggers)) return [];
    return triggers.flatMap((entry: { sqs?: string | SqsBatches }, index): ThingProblem[] => {
      const { sqs } = entry;
      if (typeof sqs !== 'object' || sqs?.queue !== key) return [];
      const { batchSize, maximumBatchingWindowInSeconds: window } = sqs;
      const at = (field: string) => ['functions', name, 'triggers', index, 'sqs', field];
      return [
        ...(window
          ? [
              {
                path: at('maximumBatchingWindowInSeconds'),
                sentence: `is ${window}; ${key} is a FIFO queue, and only standard queues allow a window: remove it`,
              },
            ]
          : []),
        ...(batchSize && batchSize > 10
          ? [
              {
                path: at('batchSize'),
                sentence: `is ${batchSize}; ${key} is a FIFO queue and allows 10 at most`,
              },
            ]
          : []),
      ];
    });
  });
}

interface SqsBatches {
  readonly queue?: string;
  readonly batchSize?: number | null;
  readonly maximumBatchingWindowInSeconds?: number | null;
}

/** The key of the project's queue behind this one; undefined: there is none, or it is not of the project. */
export function deadLetterOf({ key, fields: { deadLetter } }: QueueConfig): string | undefined {
  if (typeof deadLetter === 'number') return deadLetterKey(key);
  const named = deadLetter?.queue;
  return named === undefined || /^arn:|\$\{/.test(named) ? undefined : named;
}

/** `${queue:orders}`: the kind and the key. */
export function thingReference(expression: string): { kind: ThingKind; key: string } | undefined {
  const [, word, key] = /^(\w+):\s*([\w-]+)$/.exec(expression) ?? [];
  const kind = thingKinds.find((one) => referenceKind(one) === word);
  return kind === undefined || key === undefined ? undefined : { kind, key };
}

/** `${function:pay}`: the key. */
export function functionReference(expression: string): string | undefined {
  return /^function:\s*([\w-]+)$/.exec(expression)?.[1];
}

/** References to things and functions that the project does not have. */
export function referenceProblems(
  references: readonly Reference[],
  things: readonly ThingConfig[],
  functions: readonly FunctionConfig[],
): ThingProblem[] {
  return references.flatMap(({ expression, path }) => {
    const called = functionReference(expression);
    if (called !== undefined) return unknownFunction(called, path, functions);
    const named = thingReference(expression);
    if (!named || things.some(({ kind, key }) => kind === named.kind && key === named.key)) return [];
    const sentence = unknownThing(named.key, things, named.kind).replace(/^is/, `names \${${expression}}:`);
    return [{ path, sentence: sentence.replace(`: ${named.key}, but`, ', but') }];
  });
}

function unknownFunction(
  key: string,
  path: readonly PropertyKey[],
  functions: readonly FunctionConfig[],
): ThingProblem[] {
  const keys = functions.map((config) => config.key);
  if (keys.includes(key)) return [];
  const guess = nearest(key, keys);
  const hint = guess === undefined ? `; it has: ${keys.join(', ')}` : `; did you mean ${guess}?`;
  return [{ path, sentence: `names \${function:${key}}, but this project has no such function${hint}` }];
}
