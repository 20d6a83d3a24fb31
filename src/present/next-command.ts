// What to type next, for the same place that the user means now.
import type { Context } from '../context.ts';
import { placeFlags } from '../ui/place.ts';

/** `slsctl WORDS`, with the global options that the user gave and that say where. */
export function nextCommand({ options, env }: Pick<Context, 'options' | 'env'>, words: string): string {
  return ['slsctl', words, placeFlags(options, env)].filter(Boolean).join(' ');
}
