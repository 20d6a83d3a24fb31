// Changes the name or path of a user or a group.
import type { Scope } from '../../call.ts';
import type { Collection } from '../../store/store.ts';
import { alreadyExists } from './errors.ts';
import { checkedName, checkedPath } from './names.ts';
import { entityArn, entityKey, type Identity } from './state.ts';

/** Returns the changed record. @throws EntityAlreadyExistsException, ServiceError ValidationError */
export function rename<T extends Identity>(
  collection: Collection<T>,
  call: Scope,
  kind: 'User' | 'Group',
  identity: T,
  wanted: { name: string | undefined; path: string | undefined },
): T {
  const { account } = call;
  const name = wanted.name === undefined ? identity.name : checkedName(`new${kind}Name`, wanted.name);
  const path = wanted.path === undefined ? identity.path : checkedPath(wanted.path);
  const there = collection.get(entityKey(account, name));
  if (there && there.id !== identity.id) throw alreadyExists(`${kind} with name ${name} already exists.`);
  collection.remove(entityKey(account, identity.name));
  const renamed = { ...identity, name, path, arn: entityArn(call, kind.toLowerCase(), path, name) };
  collection.put(entityKey(account, name), renamed);
  return renamed;
}
