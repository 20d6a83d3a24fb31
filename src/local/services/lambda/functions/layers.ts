// The layers of a function: which it may use, and the limit of their total size.

import type { Call } from '../../../call.ts';
import { largestUnzipped } from '../code/files.ts';
import { accessDenied, invalid } from '../errors.ts';
import type { LayerRecord, StoredCode, UsedLayer } from '../records.ts';
import { keyOf, type LambdaState } from '../state.ts';

/** The layer versions with these ARNs, in the form in which a function keeps them. */
export function checkLayers(state: LambdaState, call: Call, arns: readonly string[]): UsedLayer[] {
  if (arns.length > 5) throw invalid('Cannot reference more than 5 layers.');
  const versions = new Map<string, string>();
  return arns.map((arn) => {
    const [, , , region, account, , name = '', version = ''] = arn.split(':');
    if (region !== call.region) {
      throw invalid(
        `Layers are not in the same region as the function. Layers are expected to be in region ${call.region}.`,
      );
    }
    const layer = state.layers.get(keyOf({ account: account ?? '', region }, name, version));
    if (account !== call.account && !(layer && isShared(layer, call.account))) throw refused(call, arn);
    if (!layer) throw invalid(`Layer version ${arn} does not exist.`);
    const other = versions.get(`${account}:${name}`);
    if (other !== undefined) {
      throw invalid(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    versions.set(`${account}:${name}`, arn);
    return { arn, code: layer.code };
  });
}

/** Whether the layer's policy allows another account to use it. */
export function isShared({ policy }: LayerRecord, account: string): boolean {
  return (policy?.statements ?? []).some(({ Principal, Condition }) => {
    const principal = typeof Principal === 'string' ? Principal : Principal.AWS;
    return !Condition && (principal === '*' || principal.includes(account));
  });
}

export function refused({ callerArn }: Call, arn: string): Error {
  return accessDenied(
    `User: ${callerArn} is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} because no resource-based policy allows the lambda:GetLayerVersion action`,
  );
}

/** @throws InvalidParameterValueException when code and layers together are too large */
export function checkTotalSize(code: StoredCode, layers: readonly UsedLayer[]): void {
  if (layers.length === 0) return;
  const size = layers.reduce((sum, layer) => sum + layer.code.unzipped, code.unzipped);
  if (size <= largestUnzipped) return;
  throw invalid(
    `Function code combined with layers exceeds the maximum allowed size of ${largestUnzipped} bytes. The actual size is ${size} bytes.`,
  );
}
