// Requests, in a test file, a tool that all files of the run share.
import { inject } from 'vitest';
import type { Kind } from './setup.ts';

/** undefined when the tool is missing; rejects when it does not start. */
export async function shared(kind: Kind): Promise<string | undefined> {
  const answer = await fetch(`${inject('sharedTools')}/${kind}`);
  const { value, error } = (await answer.json()) as { value?: string; error?: string };
  if (error) throw new Error(error);
  return value;
}
