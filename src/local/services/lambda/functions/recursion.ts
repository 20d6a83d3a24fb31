// Whether Lambda stops a function that keeps invoking itself.
import type * as sdk from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { findFunction, parseReference } from '../references.ts';
import { keyOf, type LambdaState } from '../state.ts';
import { Violations } from '../violations.ts';

const namePattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)';

export const recursion: Handlers<typeof sdk, LambdaState> = {
  PutFunctionRecursionConfig({ FunctionName, RecursiveLoop = 'Terminate' }, { state, call }) {
    const violations = new Violations().oneOf(RecursiveLoop, 'recursiveLoop', ['Terminate', 'Allow']);
    const key = placeOf(state, call, FunctionName, violations);
    state.recursion.put(key, { recursiveLoop: RecursiveLoop });
    return { RecursiveLoop };
  },

  GetFunctionRecursionConfig({ FunctionName }, { state, call }) {
    const key = placeOf(state, call, FunctionName, new Violations());
    return { RecursiveLoop: state.recursion.get(key)?.recursiveLoop ?? 'Terminate' };
  },
};

function placeOf(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
  violations: Violations,
): string {
  violations
    .pattern(FunctionName, 'functionName', namePattern)
    .length(FunctionName, 'functionName', 140, 1)
    .refuse();
  const reference = parseReference(FunctionName, call);
  findFunction(state, call, reference);
  return keyOf(call, reference.name);
}
