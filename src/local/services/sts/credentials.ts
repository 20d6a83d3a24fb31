// The operations of STS: the caller's identity, and temporary credentials for roles and for the caller.

import type * as sdk from '@aws-sdk/client-sts';
import type { Credentials } from '@aws-sdk/client-sts';
import type { Call } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { entityKey, type IamState, roleAt } from '../iam/state.ts';
import { accountOfKey } from '../iam/unique-id.ts';
import { sessionOwner } from './roles.ts';
import { checkedSessionPolicies, checkedSessionTags } from './session-inputs.ts';
import type { Issued } from './sessions.ts';
import type { StsState } from './state.ts';
import { trustsCaller } from './trust.ts';

const invalid = (message: string) => new ServiceError('ValidationError', message);

const breaks = (place: string, value: string | number, constraint: string) =>
  invalid(
    `1 validation error detected: Value '${value}' at '${place}' failed to satisfy constraint: ${constraint}`,
  );

const denied = (message: string) => new ServiceError('AccessDenied', message, 403);

function checkedDuration(seconds: number, longest: number): number {
  if (seconds < 900) {
    throw breaks('durationSeconds', seconds, 'Member must have value greater than or equal to 900');
  }
  if (seconds > longest) {
    throw breaks('durationSeconds', seconds, `Member must have value less than or equal to ${longest}`);
  }
  return seconds;
}

function checkedSessionName(name: string | undefined): string {
  const value = name ?? '';
  const place = 'roleSessionName';
  if (value.length < 2) throw breaks(place, value, 'Member must have length greater than or equal to 2');
  if (value.length > 64) throw breaks(place, value, 'Member must have length less than or equal to 64');
  if (!/^[\w+=,.@-]*$/.test(value)) {
    throw breaks(place, value, 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');
  }
  return value;
}

/** The role of the caller's session; undefined when the caller is not a role session. */
function roleOf({ account, callerArn }: Call, iam: IamState): string | undefined {
  const [, name] = /:assumed-role\/([^/]+)\//.exec(callerArn) ?? [];
  return name && iam.roles.get(entityKey(account, name))?.arn;
}

const ownerOf = ({ account, callerArn, callerId }: Call) => ({ account, arn: callerArn, userId: callerId });

const shown = ({ accessKeyId, secretAccessKey, sessionToken, expires }: Issued): Credentials => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secretAccessKey,
  SessionToken: sessionToken,
  Expiration: new Date(Math.floor(expires / 1000) * 1000),
});

export const credentials: Handlers<typeof sdk, StsState> = {
  GetCallerIdentity(_input, { call }) {
    return { UserId: call.callerId, Account: call.account, Arn: call.callerArn };
  },

  GetAccessKeyInfo({ AccessKeyId = '' }) {
    if (AccessKeyId.length < 16) {
      throw breaks('accessKeyId', AccessKeyId, 'Member must have length greater than or equal to 16');
    }
    const account = accountOfKey(AccessKeyId);
    if (account === undefined) throw invalid('Invalid type for parameter AccessKeyId');
    return { Account: account };
  },

  AssumeRole(input, { call, state }) {
    const { RoleArn, RoleSessionName, DurationSeconds, ExternalId } = input;
    const arn = RoleArn ?? '';
    if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(arn)) throw invalid(`${arn} is invalid`);
    const name = checkedSessionName(RoleSessionName);
    const seconds = checkedDuration(DurationSeconds ?? 3600, 43_200);
    const packed = checkedSessionPolicies(input);
    const transitive = checkedSessionTags(input, state.sessions.transitiveTags(ownerOf(call)));
    const found = roleAt(state.iam, arn);
    const callersRole = roleOf(call, state.iam);
    const caller = {
      account: call.account,
      arns: [call.callerArn, ...(callersRole ? [callersRole] : [])],
      externalId: ExternalId,
    };
    if (!found || !trustsCaller(found.role.trust, caller)) {
      throw denied(
        `User: ${call.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    }
    if (input.Tags?.length && !trustsCaller(found.role.trust, caller, 'sts:TagSession')) {
      throw denied(
        `User: ${call.callerArn} is not authorized to perform: sts:TagSession on resource: ${arn}`,
      );
    }
    if (seconds > found.role.maxSession) {
      throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    }
    if (seconds > 3600 && call.callerArn.includes(':assumed-role/')) {
      throw invalid(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      );
    }
    const owner = sessionOwner(found.account, found.role, name);
    return {
      AssumedRoleUser: { Arn: owner.arn, AssumedRoleId: owner.userId },
      Credentials: shown(state.sessions.issue(owner, seconds, transitive)),
      ...(packed !== undefined && { PackedPolicySize: packed }),
      ...(input.SourceIdentity && { SourceIdentity: input.SourceIdentity }),
    };
  },

  GetFederationToken(input, { call, state }) {
    const name = input.Name ?? '';
    const place = 'name';
    if (name.length < 2) throw breaks(place, name, 'Member must have length greater than or equal to 2');
    if (name.length > 32) throw breaks(place, name, 'Member must have length less than or equal to 32');
    if (!/^[\w+=,.@-]*$/.test(name)) {
      throw breaks(place, name, 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');
    }
    const seconds = checkedDuration(input.DurationSeconds ?? 43_200, 129_600);
    const packed = checkedSessionPolicies(input) ?? 0;
    checkedSessionTags(input, []);
    if (call.callerArn.split(':')[2] === 'sts') {
      throw denied('Cannot call GetFederationToken with session credentials');
    }
    const { account } = call;
    const owner = {
      account,
      arn: `arn:${partitionOf(call.region)}:sts::${account}:federated-user/${name}`,
      userId: `${account}:${name}`,
    };
    return {
      Credentials: shown(state.sessions.issue(owner, seconds)),
      FederatedUser: { FederatedUserId: owner.userId, Arn: owner.arn },
      PackedPolicySize: packed,
    };
  },

  GetSessionToken({ DurationSeconds }, { call, state }) {
    const seconds = checkedDuration(DurationSeconds ?? 43_200, 129_600);
    if (call.callerArn.split(':')[2] === 'sts') {
      throw denied('Cannot call GetSessionToken with session credentials');
    }
    return { Credentials: shown(state.sessions.issue(ownerOf(call), seconds)) };
  },
};
