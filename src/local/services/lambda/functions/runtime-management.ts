// Runtime management: when a function gets new versions of its runtime.

import type * as sdk from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { invalid } from '../errors.ts';
import type { RuntimeManagementRecord } from '../records.ts';
import { findFunction, parseReference, type Reference } from '../references.ts';
import type { LambdaState } from '../state.ts';
import { attachmentKey } from '../targets.ts';
import { Violations } from '../violations.ts';

const runtimePattern =
  'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}::runtime:.+';

export const runtimeManagement: Handlers<typeof sdk, LambdaState> = {
  PutRuntimeManagementConfig(input, { state, call }) {
    const { FunctionName, Qualifier, UpdateRuntimeOn = 'Auto', RuntimeVersionArn } = input;
    const violations = new Violations()
      .oneOf(UpdateRuntimeOn, 'updateRuntimeOn', ['FunctionUpdate', 'Manual', 'Auto'])
      .pattern(RuntimeVersionArn, 'runtimeVersionArn', runtimePattern)
      .length(RuntimeVersionArn, 'runtimeVersionArn', 2048, 26);
    const reference = managed(state, call, FunctionName, Qualifier, violations);
    if (UpdateRuntimeOn === 'Manual' && RuntimeVersionArn === undefined) {
      throw invalid('RuntimeVersionArn is required when the runtime update mode is Manual.');
    }
    if (UpdateRuntimeOn !== 'Manual' && RuntimeVersionArn !== undefined) {
      throw invalid('RuntimeVersionArn can only be specified when the runtime update mode is Manual.');
    }
    const record: RuntimeManagementRecord = {
      updateRuntimeOn: UpdateRuntimeOn,
      ...(RuntimeVersionArn === undefined ? {} : { runtimeVersionArn: RuntimeVersionArn }),
    };
    state.runtimeManagement.put(attachmentKey(call, reference), record);
    return answer(reference, record);
  },

  GetRuntimeManagementConfig({ FunctionName, Qualifier }, { state, call }) {
    const reference = managed(state, call, FunctionName, Qualifier);
    const record = state.runtimeManagement.get(attachmentKey(call, reference));
    return answer(reference, record ?? { updateRuntimeOn: 'Auto' });
  },
};

function managed(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
  Qualifier: string | undefined,
  violations?: Violations,
): Reference {
  const reference = parseReference(FunctionName, call, Qualifier, { violations });
  findFunction(state, call, reference);
  return reference;
}

function answer(
  { arn, qualifier = '$LATEST' }: Reference,
  { updateRuntimeOn, runtimeVersionArn }: RuntimeManagementRecord,
) {
  return {
    UpdateRuntimeOn: updateRuntimeOn,
    FunctionArn: `${arn}:${qualifier}`,
    RuntimeVersionArn: runtimeVersionArn,
  };
}
