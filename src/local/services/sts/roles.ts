// The roles of STS, for services that act for a function: whether a role can be assumed, and credentials for it.

import type { Roles } from '../../faces.ts';
import { ServiceError } from '../../service-error.ts';
import { type RoleRecord, roleAt } from '../iam/state.ts';
import type { SessionOwner } from './sessions.ts';
import type { StsState } from './state.ts';
import { trustsService } from './trust.ts';

/** The lifetime of a function's credentials, in seconds. */
const functionSession = 12 * 3600;

/**
 * Each environment of a function has credentials of its own, as on AWS. This many are kept for later environments, which
 * then need no new ones.
 */
const slots = 100;

/** The owner of a session of the role: `assumed-role/<role>/<session>`, without the role's path. */
export const sessionOwner = (account: string, role: RoleRecord, sessionName: string): SessionOwner => ({
  account,
  arn: `${role.arn.split(':', 2).join(':')}:sts::${account}:assumed-role/${role.name}/${sessionName}`,
  userId: `${role.id}:${sessionName}`,
});

/**
 * session() throws ServiceError AccessDenied for an unknown role. A new role can be assumed after `delay` milliseconds.
 */
export function rolesOf({ iam, sessions }: StsState, delay: number): Roles {
  const used = new Map<string, number>();
  return {
    assumable(arn, principal) {
      const found = roleAt(iam, arn);
      if (!found || Date.now() < found.role.created + delay) return false;
      return trustsService(found.role.trust, principal);
    },
    session(arn, sessionName) {
      const found = roleAt(iam, arn);
      if (!found) {
        throw new ServiceError('AccessDenied', `Not authorized to perform sts:AssumeRole on ${arn}`, 403);
      }
      const owner = sessionOwner(found.account, found.role, sessionName);
      const slot = used.get(owner.arn) ?? 0;
      used.set(owner.arn, (slot + 1) % slots);
      const { accessKeyId, secretAccessKey, sessionToken } = sessions.share(owner, functionSession, slot);
      return { accessKeyId, secretAccessKey, sessionToken };
    },
  };
}
