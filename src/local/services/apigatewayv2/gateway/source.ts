// The identity in which API Gateway calls functions: its own, which their policies permit, or a role.
import type { EventSource, InvocationResult } from '../../../faces.ts';
import type { HttpApisState } from '../state.ts';
import type { ServedStage } from './served.ts';

export const principal = 'apigateway.amazonaws.com';

export interface FunctionCall {
  readonly functionArn: string;
  readonly event: object;
  readonly traceId: string;
  /** The ARNs that the policy may name: that of the route, as AWS builds it. */
  readonly sourceArns: readonly string[];
  /** API Gateway calls the function with this role, and the policy of the function does not count. */
  readonly role: string | undefined;
}

/** Runs a function for a stage of an API. */
export async function callFunction(
  { host }: HttpApisState,
  { scope }: ServedStage,
  { functionArn, event, traceId, sourceArns, role }: FunctionCall,
): Promise<InvocationResult> {
  const functions = host.face('functions');
  if (role !== undefined) {
    const allowed =
      host.face('roles').assumable(role, principal) &&
      host.face('policies').allowsRole(role, 'lambda:InvokeFunction', functionArn);
    const error = new Error(`${role} may not invoke ${functionArn}`);
    return allowed
      ? functions.invoke(functionArn, { event, traceId })
      : { result: 'refused', reason: 'forbidden', error };
  }
  const sources = sourceArns.map(
    (sourceArn): EventSource => ({ principal, sourceArn, sourceAccount: scope.account }),
  );
  const [first, ...others] = sources;
  const refused = others.length > 0 && first && !functions.accepts(functionArn, first);
  const source = (refused && others.find((one) => functions.accepts(functionArn, one))) || first;
  return functions.invoke(functionArn, { event, traceId, source });
}
