// Tags as lists of pairs, which most APIs have, and as records.

interface Pair {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export const fromTagList = (list: readonly Pair[] = []): Record<string, string> =>
  Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));

export const toTagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
