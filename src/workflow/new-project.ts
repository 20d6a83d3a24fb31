// What every new project needs, whatever it is made from: a name, and a folder in which nothing is overwritten.
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Next } from '../errors/next.ts';
import { badInput } from '../errors/user-error.ts';

/** After the folder. */
export function projectName(dir: string, otherwise: string): string {
  return (
    basename(dir)
      .replace(/[^a-zA-Z0-9-_]+/g, '-')
      .slice(0, 40) || otherwise
  );
}

/** Rejects with a UserError (exit 2) when one of these is in the folder. */
export async function refuseExisting(dir: string, names: readonly string[], next: Next): Promise<void> {
  const there = await Promise.all(
    names.map((name) =>
      access(join(dir, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const existing = names.filter((_, index) => there[index]);
  if (existing.length === 0) return;
  throw badInput(`${dir} has ${existing.join(', ')} already; nothing was written`, { next });
}
