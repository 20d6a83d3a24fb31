// Whether Lambda stops a function that keeps invoking itself.
import type * as sdk from '@aws-sdk/client-lambda';
import type { Call, Handlers } from '../../service.ts';
import { Constraints } from './constraints.ts';
import { findFunction, parseReference } from './references.ts';
import { keyOf, type LambdaState } from './state.ts';

const namePattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)';

export const recursion: Handlers<typeof sdk, LambdaState> = {
  PutFunctionRecursionConfig({ FunctionName, RecursiveLoop = 'Terminate' }, { state, call }) {
    const constraints = new Constraints().oneOf(RecursiveLoop, 'recursiveLoop', ['Allow', 'Terminate']);
    const key = placeOf(state, call, FunctionName, constraints);
    state.recursion.put(key, { recursiveLoop: RecursiveLoop });
    return { RecursiveLoop };
  },

  GetFunctionRecursionConfig({ FunctionName }, { state, call }) {
    const key = placeOf(state, call, FunctionName, new Constraints());
    return { RecursiveLoop: state.recursion.get(key)?.recursiveLoop ?? 'Terminate' };
  },
};

function placeOf(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
  constraints: Constraints,
): string {
  constraints
    .pattern(FunctionName, 'functionName', namePattern)
    .length(FunctionName, 'functionName', 1, 140)
    .check();
  const reference = parseReference(FunctionName, call);
  findFunction(state, call, reference);
  return keyOf(call, reference.name);
}
