// Helpers for `slsctl init`: choose the project's name, and never overwrite files.
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Next } from '../errors/next.ts';
import { badInput } from '../errors/user-error.ts';

/** A project name from the folder's name. */
export function projectName(dir: string, otherwise: string): string {
  return (
    basename(dir)
      .replace(/[^a-zA-Z0-9-_]+/g, '-')
      .slice(0, 40) || otherwise
  );
}

/** Rejects with a UserError (exit 2) when the folder has one of these files. */
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
