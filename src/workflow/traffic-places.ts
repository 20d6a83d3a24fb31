// Tells users of alias commands what happens to the URL and the permissions of the function.
import type { FunctionConfig } from '../config/project.ts';
import { latest, type Qualifier, qualifierOf } from '../config/qualifiers.ts';
import type { Context } from '../context.ts';

/** The places of the declared URL and permissions, by what hangs there. */
function placesOf({ attachments = {} }: FunctionConfig): Map<string, Qualifier> {
  const { url, permissions } = attachments;
  const entries = [
    ...(url ? [['URL', url] as const] : []),
    ...Object.entries(permissions ?? {}).flatMap(([id, one]) =>
      one ? [[`permission ${id}`, one] as const] : [],
    ),
  ];
  return new Map(entries.map(([what, { qualifier }]) => [what, qualifierOf(attachments, qualifier)]));
}

/** `URL and permission uploads`: what the file declares for this alias; undefined: nothing. */
export function trafficOn(config: FunctionConfig, alias: string): string | undefined {
  const there = [...placesOf(config)].filter(([, qualifier]) => qualifier === alias);
  return listed(there.map(([what]) => what));
}

/** Notes what the next deployment moves, because the file declares other aliases now. */
export function noteMoves({ ui }: Context, before: FunctionConfig, after: FunctionConfig): void {
  const places = placesOf(after);
  const moved = [...placesOf(before)].filter(
    ([what, qualifier]) => places.has(what) && places.get(what) !== qualifier,
  );
  const what = listed(moved.map(([name]) => name));
  const [first] = moved;
  if (what === undefined || !first) return;
  const to = places.get(first[0]);
  const place = to === undefined ? latest : `alias ${to}`;
  const address = moved.some(([name]) => name === 'URL') ? '; the URL gets another address' : '';
  ui.note(`the next deployment moves ${what} of ${after.name} to ${place}${address}`);
  ui.next({ command: 'plan' });
}

function listed(names: readonly string[]): string | undefined {
  if (names.length < 2) return names[0];
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
