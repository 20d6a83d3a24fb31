// The list of what a removal takes, above its question: the count by kind first, and folded when it is long.
import type { Item } from '../engine/plan.ts';
import { kindAndName } from '../engine/resource.ts';
import type { Style } from '../ui/ui.ts';

/** A longer list would push its beginning off the screen. */
const longest = 20;

export interface ListOptions {
  style: Style;
  /** Show every resource, however many there are. */
  verbose?: boolean;
}

/** `3 things: 1 role, 1 function, 1 log group` */
export function countByKind(items: readonly Item[]): string {
  const counts = [...byKind(items)].map(([kind, { length }]) => number(length, kind));
  return `${number(items.length, 'thing')}: ${counts.join(', ')}`;
}

/** The items to delete with what is lost, those that stay, and why. Folded, it has a line for each kind. */
export function removalList(items: readonly Item[], { style, verbose }: ListOptions): string[] {
  const deleted = items.filter(({ action }) => action === 'delete');
  const whole = deleted.flatMap((item) => deletedLines(item, style));
  const folded = whole.length > longest && !verbose;
  const stay = items.flatMap(({ resource, action, reason }) => {
    if (action === 'held') return style.yellow(`  ! ${kindAndName(resource)} stays: ${reason}`);
    if (action === 'kept') return style.yellow(`  ! ${kindAndName(resource)} is kept: ${reason}`);
    if (action === 'foreign') return style.yellow(`  ! ${kindAndName(resource)} is left alone: ${reason}`);
    return [];
  });
  return [...(folded ? foldedLines(deleted, style) : whole), ...stay];
}

function deletedLines({ resource, live }: Item, style: Style): string[] {
  const extent = resource.extent?.(live);
  const loss = resource.loss?.(live);
  return [
    `  ${style.red('-')} ${kindAndName(resource)}${extent ? `, ${extent}` : ''}`,
    ...(loss === undefined ? [] : [`      ${style.red(`lost: ${loss}`)}`]),
  ];
}

function foldedLines(items: readonly Item[], style: Style): string[] {
  const lines = [...byKind(items)].flatMap(([kind, ofKind]) => {
    // Sizes in parentheses differ from one to the next.
    const losses = ofKind.flatMap(
      ({ resource, live }) => resource.loss?.(live)?.replace(/ \([^)]*\)$/, '') ?? [],
    );
    return [
      `  ${style.red('-')} ${number(ofKind.length, kind)}`,
      ...[...new Set(losses)].map((loss) => `      ${style.red(`lost of each: ${loss}`)}`),
    ];
  });
  return [...lines, style.dim('  --verbose lists each of them')];
}

function byKind(items: readonly Item[]): Map<string, Item[]> {
  const kinds = new Map<string, Item[]>();
  for (const item of items) {
    const { kind } = item.resource;
    kinds.set(kind, [...(kinds.get(kind) ?? []), item]);
  }
  return kinds;
}

/** `1 alias`, `2 aliases`; `2 sets of policies`, since that kind is a plural already. */
export function number(count: number, noun: string): string {
  if (/(policies|permissions|uploads)$/.test(noun)) return `${number(count, 'set')} of ${noun}`;
  if (count === 1 || /(concurrency|signing|invocation|control|management)$/.test(noun))
    return `${count} ${noun}`;
  return `${count} ${noun}${noun.endsWith('s') ? 'es' : 's'}`;
}
