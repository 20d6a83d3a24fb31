// Whether the policy of a function lets another service invoke it.
// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
import type { EventSource } from '../../../faces.ts';
import { accessDenied } from '../errors.ts';
import { policyDocument } from '../functions/permissions.ts';
import { parseReference } from '../references.ts';
import type { LambdaState } from '../state.ts';
import { type Target, targetOf } from '../targets.ts';

/** @throws as `Functions.deliver` does, unless the source may invoke the function */
export function permitted(state: LambdaState, functionArn: string, source: EventSource | undefined) {
  const [, , , region = '', account = ''] = functionArn.split(':');
  const scope = { account, region };
  const reference = parseReference(functionArn, scope);
  const target = targetOf(state, scope, reference);
  if (source) checkPermission(state, target, region, source);
  return { ...scope, name: reference.name, qualifier: reference.qualifier };
}

/** A version or an alias has its own policy; that of the function does not apply to it. */
function checkPermission(
  { policies, host }: LambdaState,
  { key, arn }: Target,
  region: string,
  { principal, sourceArn, sourceAccount }: EventSource,
): void {
  const statements = policies.get(key);
  const request = {
    principals: [principal, principal.replace('.', `.${region}.`)],
    action: 'lambda:InvokeFunction',
    resource: arn,
    context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount },
  };
  if (statements && host.face('policies').allowsService(policyDocument(statements), request)) return;
  throw accessDenied(
    `User: ${principal} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no resource-based policy allows the lambda:InvokeFunction action`,
  );
}
