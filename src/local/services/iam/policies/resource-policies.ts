// The Policies face of IAM, for services whose resources have policies.
import type { Policies } from '../../../faces.ts';
import { evaluate } from './evaluation.ts';

export const policies: Policies = {
  allowsService(document, { principals, action, resource, context }) {
    const entries = Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value]] as const);
    const policy = { source: '', document };
    const request = { action, resource, context: new Map(entries), services: principals };
    return evaluate([policy], request).decision === 'allowed';
  },
};
