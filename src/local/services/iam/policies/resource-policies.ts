// The Policies face of IAM: policies of other services' resources, and what roles may do.
import type { Policies } from '../../../faces.ts';
import type { IamState } from '../state.ts';
import { evaluate } from './evaluation.ts';
import { policiesAt, type Simulated } from './simulation.ts';

export const policiesFace = (state: IamState): Policies => ({
  allowsService(document, { principals, action, resource, context }) {
    const entries = Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value]] as const);
    const policy = { source: '', document };
    const request = { action, resource, context: new Map(entries), services: principals };
    return evaluate([policy], request).decision === 'allowed';
  },

  allowsRole(roleArn, action, resource) {
    let own: Simulated;
    try {
      own = policiesAt(state, roleArn.split(':')[4] ?? '', roleArn);
    } catch {
      return false;
    }
    const allowed = (policies: Simulated['policies']) =>
      evaluate(policies, { action, resource, context: new Map() }).decision === 'allowed';
    return allowed(own.policies) && (own.boundaries.length === 0 || allowed(own.boundaries));
  },
});
