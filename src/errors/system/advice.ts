// Describes errors of the operating system and the network, by their code.
import { type Described, failed } from '../described.ts';
import { fileErrors } from './files.ts';
import { networkErrors } from './network.ts';
import type { Advices, SystemError } from './system-error.ts';

const advices: Advices = { ...networkErrors, ...fileErrors };

/** undefined: the error is from neither the operating system nor the network. */
export function systemAdvice(error: unknown): Described | undefined {
  if (!(error instanceof Error)) return undefined;
  const own = error as SystemError;
  // Node tries each address of a host name, and then throws all failures as one error.
  const inner = own.errors?.find((each) => each.code);
  const from = own.address || own.hostname || own.path || !inner ? own : inner;
  const code = own.code ?? inner?.code ?? (own.name === 'TimeoutError' ? 'ETIMEDOUT' : undefined);
  const advice = advices[code ?? '']?.(from);
  return advice && failed(advice.message, advice.reason, advice.next);
}
