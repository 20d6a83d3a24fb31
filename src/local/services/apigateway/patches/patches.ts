// Patch operations: rules by path, applied in order.
// https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { badPath, badRequest, onlyReplace } from '../errors.ts';
import { entry, without } from '../state.ts';

export interface Patch {
  readonly op: string;
  /** As it was sent. */
  readonly path: string;
  /** Its parts, without the escapes. */
  readonly parts: readonly string[];
  /** undefined: absent or null. */
  readonly value: string | undefined;
  readonly from: string | undefined;
}

export interface Rule<T> {
  readonly ops: readonly string[];
  apply(record: T, patch: Patch): T;
  /** The error for another operation. */
  refuse?(patch: Patch): Error;
}

/** By path. A part `*` stands for any part. */
export type Rules<T> = Readonly<Record<string, Rule<T>>>;

export interface Refusals {
  path(patch: Patch): Error;
  op(patch: Patch): Error;
}

export const plainly: Refusals = { path: ({ path }) => badPath(path), op: onlyReplace };

/** The refusals of operations that replace a few fields: they list the paths. */
export const listing = (rules: Readonly<Record<string, unknown>>): Refusals => {
  const refused = ({ op, path }: Patch, rest: string) =>
    badRequest(`Invalid patch path  '${path}' specified for op '${op}'. ${rest}`);
  const unsupported = (patch: Patch) => refused(patch, 'Please choose supported operations');
  return {
    path: (patch) =>
      patch.op === 'replace'
        ? refused(patch, `Must be one of: [${Object.keys(rules).join(', ')}]`)
        : unsupported(patch),
    op: unsupported,
  };
};

/** @throws BadRequestException for a path or an operation that no rule allows; the errors of the rules */
export function patched<T>(
  record: T,
  operations: readonly PatchOperation[] | undefined,
  rules: Rules<T>,
  refusals: Refusals = plainly,
): T {
  let result = record;
  for (const patch of readPatches(operations)) {
    const rule = ruleFor(rules, patch.parts);
    if (!rule) throw refusals.path(patch);
    if (!rule.ops.includes(patch.op)) throw rule.refuse?.(patch) ?? refusals.op(patch);
    result = rule.apply(result, patch);
  }
  return result;
}

/** @throws BadRequestException for an operation without a path */
export function readPatches(operations: readonly PatchOperation[] = []): Patch[] {
  return operations.map(({ op = '', path, value, from }) => {
    if (path === undefined) throw badPath(undefined);
    return { op, path, parts: partsOf(path), value, from };
  });
}

const partsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function ruleFor<T>(rules: Rules<T>, parts: readonly string[]): Rule<T> | undefined {
  for (const [path, rule] of Object.entries(rules)) {
    const wanted = path.split('/').slice(1);
    const fits =
      wanted.length === parts.length && wanted.every((part, at) => part === '*' || part === parts[at]);
    if (fits) return rule;
  }
  return undefined;
}

/** A text; without a value, or with an empty one, the field is unset. */
export const text = <T extends object>(member: keyof T & string, ops = ['replace']): Rule<T> => ({
  ops,
  apply: (record, { op, value }) => ({
    ...record,
    [member]: op === 'remove' ? undefined : value || undefined,
  }),
});

/** Any other text than `true` is false, as on AWS. */
export const flag = <T extends object>(member: keyof T & string): Rule<T> => ({
  ops: ['replace'],
  apply: (record, { value }) => ({ ...record, [member]: isTrue(value) }),
});

export const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

export const number = <T extends object>(member: keyof T & string): Rule<T> => ({
  ops: ['replace'],
  apply(record, { path, value = '' }) {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw badRequest(`Invalid value for ${path}`);
    return { ...record, [member]: Number(value) };
  },
});

/** One entry of a map, named by the last part of the path. An empty map is unset. */
export const entryOf = <T extends object>(
  member: keyof T & string,
  { missing, read = (value = '') => value }: { missing(): Error; read?(value: string | undefined): unknown },
): Rule<T> => ({
  ops: ['add', 'replace', 'remove'],
  refuse: ({ path }) => badPath(path),
  apply(record, { op, parts, value }) {
    const key = parts.at(-1) as string;
    const entries = (record[member] ?? {}) as Record<string, unknown>;
    if (op !== 'add' && entry(entries, key) === undefined) throw missing();
    const changed = op === 'remove' ? without(entries, key) : { ...entries, [key]: read(value) };
    return { ...record, [member]: Object.keys(changed).length > 0 ? changed : undefined };
  },
});

/** An item of a list of texts: the last part of the path, or the value. */
export const item = <T extends object>(member: keyof T & string, by: 'path' | 'value'): Rule<T> => ({
  ops: by === 'path' ? ['add', 'replace', 'remove'] : ['add', 'remove'],
  refuse: ({ path }) => badPath(path),
  apply(record, { op, parts, value = '' }) {
    const named = by === 'path' ? (parts.at(-1) as string) : value;
    const others = ((record[member] ?? []) as string[]).filter((one) => one !== named);
    const added = op === 'add' ? [named] : op === 'replace' ? [value] : [];
    const items = [...others, ...added];
    return { ...record, [member]: items.length > 0 ? items : undefined };
  },
});
