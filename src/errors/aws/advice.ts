// What to tell of an error of AWS: a file for each kind of error, looked through in this order.
import { accessErrors } from './access-denied.ts';
import { conflictErrors } from './conflicts.ts';
import { credentialErrors } from './credentials.ts';
import { inputErrors } from './input.ts';
import { quotaErrors } from './quotas.ts';
import type { Advice, Kind, Refusal } from './refusal.ts';
import { answerErrors } from './service-failures.ts';
import { throttlingErrors } from './throttling.ts';

export const kinds: readonly Kind[] = [
  answerErrors,
  credentialErrors,
  accessErrors,
  throttlingErrors,
  conflictErrors,
  quotaErrors,
  inputErrors,
];

/** undefined: no kind knows it. */
export function adviceFor(refusal: Refusal): Advice | undefined {
  for (const { match } of kinds) {
    const advice = match?.(refusal);
    if (advice) return advice;
  }
  return kinds.find(({ codes }) => Object.hasOwn(codes, refusal.name))?.codes[refusal.name];
}
