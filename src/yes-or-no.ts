// Environment variables that say yes or no.
import { badInput } from './errors/user-error.ts';

const words: Record<string, boolean> = {
  ...{ 1: true, true: true, yes: true, on: true },
  ...{ 0: false, false: false, no: false, off: false },
};

/** The meaning of a word in any case; undefined: it is not one of the words, or there is none. */
export function meaningOf(word = ''): boolean | undefined {
  const lower = word.trim().toLowerCase();
  return Object.hasOwn(words, lower) ? words[lower] : undefined;
}

/** The value of a variable; undefined: it is not set, or empty. Throws a UserError (exit 2) when it is neither yes nor no. */
export function yesOrNo(env: NodeJS.ProcessEnv, name: string): boolean | undefined {
  const word = env[name] ?? '';
  const meaning = meaningOf(word);
  if (meaning !== undefined || word.trim() === '') return meaning;
  throw badInput(`${name} is ${JSON.stringify(word)}; allowed: 1, true, yes or on, and 0, false, no or off`, {
    next: `set ${name} to one of these words, or unset it`,
  });
}
