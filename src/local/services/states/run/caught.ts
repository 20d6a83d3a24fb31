// The transition of a catcher.
import type { Catcher } from '../../../states-language/definition.ts';
import type { StateFailure } from '../../../states-language/failure.ts';
import { evaluated } from '../../../states-language/jsonata/evaluate.ts';
import { placed } from '../../../states-language/paths/result-path.ts';
import { assignedFrom, assignment } from './data.ts';
import type { Step, Thread } from './model.ts';

export async function caught(thread: Thread, catcher: Catcher, failure: StateFailure): Promise<Step> {
  const nothing = failure.error === 'States.Timeout' ? '' : null;
  const errorOutput = { Error: failure.error ?? null, Cause: failure.cause ?? nothing };
  const next = catcher.Next;
  if (thread.language === 'JSONata') {
    const bindings = thread.bindings({ errorOutput });
    const output =
      catcher.Output === undefined ? errorOutput : await evaluated(catcher.Output, 'Output', bindings);
    return { output, next, ...(await assignment(thread, catcher.Assign, bindings)) };
  }
  const output = placed(thread.input, catcher.ResultPath, errorOutput);
  return { output, next, ...assignedFrom(thread, catcher.Assign, errorOutput) };
}
