// Matches events against the branches of a pattern, as event-ruler's Machine does.
import type { Branch } from './compiler.ts';
import type { FieldMatch, Scalar } from './field-matches.ts';

/** By list of the event: the element that a value lies in. */
type Membership = ReadonlyMap<unknown, number>;

interface Value {
  readonly value: Scalar;
  readonly elements: Membership;
}

/** The values of an event by path: the keys with dots between them. */
type Fields = ReadonlyMap<string, readonly Value[]>;

type Entries = readonly (readonly [path: string, matches: readonly FieldMatch[]])[];

/** A function that tells whether an event, as JSON.parse returns it, matches one of the branches. */
export function matcher(branches: readonly Branch[]): (event: unknown) => boolean {
  // The order decides which element of a list is chosen first.
  const sorted = branches.map((branch) => [...branch].sort(([a], [b]) => (a < b ? -1 : 1)));
  return (event) => {
    if (!isObject(event)) return false;
    const fields = fieldsOf(event);
    return sorted.some((entries) => fits(entries, 0, fields, new Map()));
  };
}

/** Whether the entries from `index` on fit, with the elements of lists that the entries before it have chosen. */
function fits(entries: Entries, index: number, fields: Fields, chosen: Membership): boolean {
  const entry = entries[index];
  if (!entry) return true;
  const [path, matches] = entry;
  let missing = true;
  for (const { value, elements } of fields.get(path) ?? []) {
    const together = joined(chosen, elements);
    if (!together) continue;
    missing = false;
    const fitting = matches.some((match) => match.kind === 'present' && match.test(value));
    if (fitting && fits(entries, index + 1, fields, together)) return true;
  }
  return missing && matches.some(({ kind }) => kind === 'absent') && fits(entries, index + 1, fields, chosen);
}

/** undefined when the two lie in different elements of one list. */
function joined(chosen: Membership, elements: Membership): Membership | undefined {
  if (elements.size === 0) return chosen;
  const all = new Map(chosen);
  for (const [list, index] of elements) {
    const before = all.get(list);
    if (before !== undefined && before !== index) return undefined;
    all.set(list, index);
  }
  return all;
}

/** Values that lie deeper are not looked at; Jackson, which AWS reads events with, refuses them. */
const deepest = 1000;

function fieldsOf(event: object): Fields {
  const fields = new Map<string, Value[]>();
  const visit = (path: string | undefined, value: unknown, elements: Membership, depth: number): void => {
    if (depth > deepest) return;
    if (Array.isArray(value)) {
      value.forEach((element: unknown, index) => {
        const nested = typeof element === 'object' && element !== null;
        visit(path, element, nested ? new Map(elements).set(value, index) : elements, depth + 1);
      });
    } else if (isObject(value)) {
      for (const [key, member] of Object.entries(value)) {
        visit(path === undefined ? key : `${path}.${key}`, member, elements, depth + 1);
      }
    } else if (path !== undefined && value !== undefined) {
      const values = fields.get(path) ?? [];
      values.push({ value: value as Scalar, elements });
      fields.set(path, values);
    }
  };
  visit(undefined, event, new Map(), 0);
  return fields;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
