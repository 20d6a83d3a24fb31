// `link:` of a function: the things of the project that it uses, and what it may do with each.
import { nearest } from '../did-you-mean.ts';
import type { FunctionFile } from '../schema/function.ts';
import { variableNameProblem } from '../schema/variable-names.ts';
import { referenceKind, sectionOf, type ThingConfig, type ThingKind } from './kinds.ts';

/** What a function may do with a thing. */
export interface Access {
  readonly reads: boolean;
  readonly writes: boolean;
}

export interface Link {
  readonly kind: ThingKind;
  /** The key of the thing in slsctl.yml. */
  readonly key: string;
  readonly access: Access;
}

/** By the words of slsctl.yml. A queue is read with `receive`, and written to with `send`; a topic with `publish`. */
const words: Record<string, Access> = {
  read: { reads: true, writes: false },
  receive: { reads: true, writes: false },
  write: { reads: false, writes: true },
  send: { reads: false, writes: true },
  publish: { reads: false, writes: true },
  start: { reads: false, writes: true },
  readWrite: { reads: true, writes: true },
};

/** The words that fit a kind, the one that is meant without a word first. */
const wordsOf: Record<ThingKind, readonly string[]> = {
  bucket: ['readWrite', 'read', 'write'],
  table: ['readWrite', 'read', 'write'],
  stream: ['readWrite', 'read', 'write'],
  queue: ['send', 'receive', 'readWrite', 'read', 'write'],
  topic: ['publish', 'write'],
  'state machine': ['start'],
};

const suffixes: Record<ThingKind, string> = {
  bucket: 'BUCKET',
  queue: 'QUEUE_URL',
  topic: 'TOPIC_ARN',
  table: 'TABLE',
  stream: 'STREAM',
  'state machine': 'STATE_MACHINE_ARN',
};

/** `USERS_TABLE`, `ORDERS_QUEUE_URL` … */
export function linkVariable({ kind, key }: Pick<Link, 'kind' | 'key'>): string {
  return `${key.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_${suffixes[kind]}`;
}

export interface LinkProblem {
  /** Of the entry: its place in the list, or its key in the map. */
  readonly entry: PropertyKey;
  /** Continues after the name of the entry. */
  readonly sentence: string;
}

type Written = NonNullable<FunctionFile['link']>;

/** The links of a function; entries with problems are left out. */
export function toLinks(
  written: Written | null | undefined,
  things: readonly ThingConfig[],
  variables: FunctionFile['environment'],
): { links: Link[]; problems: LinkProblem[] } {
  const links: Link[] = [];
  const problems: LinkProblem[] = [];
  const entries: [PropertyKey, string, string | null | undefined][] = Array.isArray(written)
    ? written.map((name, index) => [index, name, undefined])
    : Object.entries(written ?? {}).map(([name, word]) => [name, name, word]);
  for (const [entry, name, word] of entries) {
    if (word === null) continue;
    const found = linkOf(name, word, things);
    if (typeof found === 'string') {
      problems.push({ entry, sentence: found });
      continue;
    }
    const variable = linkVariable(found);
    const problem = variableNameProblem(variable);
    if (problem) problems.push({ entry, sentence: `makes the variable ${variable}, which ${problem}` });
    else if (variables && Object.hasOwn(variables, variable)) {
      const sentence = `makes the variable ${variable}, which environment has too; leave one of them out`;
      problems.push({ entry, sentence });
    } else if (links.some((link) => linkVariable(link) === variable)) {
      problems.push({ entry, sentence: `makes the variable ${variable} a second time` });
    } else links.push(found);
  }
  return { links, problems };
}

/** The link, or the problem with it. */
function linkOf(name: string, word: string | undefined, things: readonly ThingConfig[]): Link | string {
  const [, given, key = name] = /^(bucket|queue|topic|table|stream|stateMachine):(.+)$/.exec(name) ?? [];
  const wanted = given === 'stateMachine' ? 'state machine' : given;
  const named = things.filter(
    (thing) => thing.key === key && (wanted === undefined || thing.kind === wanted),
  );
  const [thing, second] = named;
  if (!thing) return unknownThing(name, things);
  if (second) {
    const [one, other] = [thing, second].map(({ kind }) => `${referenceKind(kind)}:${key}`);
    return `is ${name}, which is a ${thing.kind} and a ${second.kind}; write ${one} or ${other}`;
  }
  const { kind } = thing;
  const allowed = wordsOf[kind];
  const access = words[word ?? (allowed[0] as string)] as Access;
  if (word !== undefined && !allowed.includes(word)) {
    return `is ${word}; allowed for a ${kind}: ${allowed.join(', ')}`;
  }
  return { kind, key, access };
}

/** The sentence for a name that no section has. */
export function unknownThing(name: string, things: readonly ThingConfig[], kind?: ThingKind): string {
  const known = things.filter((thing) => kind === undefined || thing.kind === kind).map(({ key }) => key);
  const what =
    kind === undefined ? 'which no section of this project has' : `but this project has no such ${kind}`;
  const guess = nearest(name, known);
  if (guess) return `is ${name}, ${what}; did you mean ${guess}?`;
  if (known.length > 0) return `is ${name}, ${what}; it has: ${known.join(', ')}`;
  const sections = kind === undefined ? Object.values(sectionOf).join(', ') : sectionOf[kind];
  return `is ${name}, ${what}; declare it under ${sections}`;
}
