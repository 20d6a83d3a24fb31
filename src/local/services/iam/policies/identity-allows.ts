// The policies of an identity, and what they allow it.
import type { IamState, Identity } from '../state.ts';
import { evaluate, type Policy } from './evaluation.ts';
import { policyAt } from './policies.ts';

/** The default version of a managed policy; none when it does not exist. */
export function managedPolicy(state: IamState, account: string, arn: string): Policy[] {
  const policy = policyAt(state, account, arn);
  const version = policy?.versions.find(({ number }) => number === policy.defaultVersion);
  return policy && version ? [{ source: policy.name, document: version.document }] : [];
}

/** Its managed and inline policies, without those of its groups. `source`: the name of an inline policy in verdicts. */
export const policiesOf = (
  state: IamState,
  account: string,
  { attached, inline }: Identity,
  source: (policy: string) => string = (policy) => policy,
): Policy[] => [
  ...attached.flatMap((arn) => managedPolicy(state, account, arn)),
  ...inline.map(([policy, document]) => ({ source: source(policy), document })),
];

/** Whether the policies of a role allow the action, and its permissions boundary, if it has one. */
export function identityAllows(
  state: IamState,
  account: string,
  role: Identity & { readonly boundary?: string },
  action: string,
  resource: string,
): boolean {
  const request = { action, resource, context: new Map() };
  const allowedBy = (policies: readonly Policy[]): boolean =>
    evaluate(policies, request).decision === 'allowed';
  const bounded = !role.boundary || allowedBy(managedPolicy(state, account, role.boundary));
  return bounded && allowedBy(policiesOf(state, account, role));
}
