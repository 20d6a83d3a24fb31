// Names slsctl.yml in the mark that slsctl writes on what it creates, so that two folders with the same project can be
// told apart.
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, relative, sep } from 'node:path';
import { findRepository } from './repository.ts';

/** AWS allows this many characters in the value of a tag. */
const longest = 256;

/**
 * `github.com/acme/shop/api/slsctl.yml`: the git remote and the path in the repository, so that all clones have the same.
 * Without a remote, the name of the machine and the absolute path. It contains only what the value of a tag may contain.
 */
export async function originOf(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const real = await realpath(file).catch(() => file);
  const repository = await findRepository(dirname(real), env);
  const place = repository
    ? `${repository.remote}/${relative(repository.dir, real)}`
    : `${machine()}/${real.replace(/^[\\/]+/, '')}`;
  return tagValue(place.split(sep).join('/'));
}

/** The first part of the name: a laptop gets the rest from the network that it is in. */
function machine(): string {
  return (hostname().split('.')[0] ?? '').toLowerCase() || 'localhost';
}

/** Replaces what a tag may not contain, and cuts the middle of a long text. A hash keeps changed texts apart. */
export function tagValue(text: string): string {
  const whole = text.normalize('NFC');
  const short = whole.length <= longest ? whole : `${whole.slice(0, 120)}...${whole.slice(-120)}`;
  const value = short.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, '-');
  if (value === whole) return value;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${value.slice(0, longest - 9)}-${hash}`;
}
