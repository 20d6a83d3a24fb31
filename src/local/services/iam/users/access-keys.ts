// The access keys of users: creating, listing, disabling and deleting them, and finding the holder of a key.
import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import type { Holder } from '../../../signature/signature.ts';
import { noSuchEntity, overLimit } from '../errors.ts';
import { checkEnum } from '../names.ts';
import { pageOf } from '../page.ts';
import { type AccessKeyRecord, change, entityKey, type IamState, now } from '../state.ts';
import { accessKeyId } from '../unique-id.ts';
import { givenOrCaller, userNamed } from './users.ts';

const mostKeys = 2;

/** Milliseconds by which the record of a key's last use may be late. */
const lag = 60_000;

const statusOf = ({ active }: AccessKeyRecord) => (active ? ('Active' as const) : ('Inactive' as const));

/** The holder of this access key; undefined when it does not exist or is disabled. */
export function keyHolder(state: IamState, id: string): Holder | undefined {
  const key = state.keys.get(id);
  const user = key?.active ? state.users.get(entityKey(key.account, key.user)) : undefined;
  if (!key || !user) return undefined;
  return { secretAccessKey: key.secret, account: key.account, arn: user.arn, userId: user.id };
}

/** Records the last use of a key. Most uses fall within the lag and cost only a read. */
export function noteUse(state: IamState, id: string, signed: { region: string; service: string }): void {
  const key = id.startsWith('AKIA') ? state.keys.get(id) : undefined;
  if (!key) return;
  const { service } = signed;
  // IAM is a global service; its region is us-east-1.
  const region = service === 'iam' ? 'us-east-1' : signed.region;
  const { lastUsed } = key;
  const known = lastUsed?.region === region && lastUsed.service === service;
  if (known && Date.now() - lastUsed.at < lag) return;
  state.keys.put(id, { ...key, lastUsed: { at: now(), region, service } });
}

function keyOf(state: IamState, account: string, userName: string, id: string | undefined) {
  const user = userNamed(state, account, userName);
  const key = id !== undefined && user.keys.includes(id) ? state.keys.get(id) : undefined;
  if (id === undefined || !key) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return { user, id, key };
}

export const accessKeys: Handlers<typeof sdk, IamState> = {
  CreateAccessKey({ UserName }, { call, state }) {
    const { account } = call;
    const user = userNamed(state, account, givenOrCaller(UserName, call));
    if (user.keys.length >= mostKeys) {
      throw overLimit(`Cannot exceed quota for AccessKeysPerUser: ${mostKeys}`);
    }
    const id = accessKeyId('AKIA', account);
    const secret = randomBytes(30).toString('base64');
    const key: AccessKeyRecord = { secret, account, user: user.name, active: true, created: now() };
    state.keys.put(id, key);
    change(state.users, account, user, { keys: [...user.keys, id] });
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: id,
        Status: statusOf(key),
        SecretAccessKey: secret,
        CreateDate: new Date(key.created),
      },
    };
  },

  ListAccessKeys({ UserName, ...paging }, { call, state }) {
    const user = userNamed(state, call.account, givenOrCaller(UserName, call));
    const { items, rest } = pageOf(user.keys, (id) => String(user.keys.indexOf(id)), paging);
    const AccessKeyMetadata = items.flatMap((id) => {
      const key = state.keys.get(id);
      if (!key) return [];
      const CreateDate = new Date(key.created);
      return [{ UserName: user.name, AccessKeyId: id, Status: statusOf(key), CreateDate }];
    });
    return { AccessKeyMetadata, ...rest };
  },

  UpdateAccessKey({ UserName, AccessKeyId, Status }, { call, state }) {
    checkEnum(Status, 'status', ['Active', 'Expired', 'Inactive']);
    const { id, key } = keyOf(state, call.account, givenOrCaller(UserName, call), AccessKeyId);
    state.keys.put(id, { ...key, active: Status === 'Active' });
    return {};
  },

  DeleteAccessKey({ UserName, AccessKeyId }, { call, state }) {
    const { user, id } = keyOf(state, call.account, givenOrCaller(UserName, call), AccessKeyId);
    state.keys.remove(id);
    change(state.users, call.account, user, { keys: user.keys.filter((one) => one !== id) });
    return {};
  },

  GetAccessKeyLastUsed({ AccessKeyId }, { call, state }) {
    const key = state.keys.get(AccessKeyId ?? '');
    if (key?.account !== call.account) {
      throw new ServiceError(
        'AccessDenied',
        `User: ${call.callerArn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
        403,
      );
    }
    const { at, region = 'N/A', service = 'N/A' } = key.lastUsed ?? {};
    return {
      UserName: key.user,
      AccessKeyLastUsed: {
        ...(at !== undefined && { LastUsedDate: new Date(at) }),
        ServiceName: service,
        Region: region,
      } as sdk.AccessKeyLastUsed,
    };
  },
};
