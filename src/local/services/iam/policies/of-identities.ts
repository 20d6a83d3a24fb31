// The policies of roles, users and groups: attached managed policies and inline policies.

import type { Collection } from '../../../store/store.ts';
import { invalid, noSuchEntity, overLimit } from '../errors.ts';
import { checkedName } from '../names.ts';
import { type Paging, pageOf } from '../page.ts';
import { change, type IamState, type Identity } from '../state.ts';
import { checkPermissions, encoded, sizeOf } from './documents.ts';
import { isPolicyArn, policyAt } from './policies.ts';

const mostAttached = 10;

/** The limit of inline policies in bytes without white space, by kind of identity. */
const mostInline = { role: 10_240, user: 2048, group: 5120 };

export type IdentityKind = keyof typeof mostInline;

const attachedArn = (arn: string | undefined): string => {
  if (!arn || !isPolicyArn(arn)) throw invalid(`ARN ${arn ?? ''} is not valid.`);
  return arn;
};

const titled = (kind: IdentityKind): string => kind.charAt(0).toUpperCase() + kind.slice(1);

/** The policy operations of one kind of identity; `find` looks up an identity by name. */
export const identityPolicies = <T extends Identity>(
  kind: IdentityKind,
  find: (state: IamState, account: string, name: string | undefined) => T,
  collectionOf: (state: IamState) => Collection<T>,
) => {
  const save = (state: IamState, account: string, identity: T, changes: Partial<Identity>) => {
    change(collectionOf(state), account, identity, changes as Partial<T>);
    return {};
  };

  return {
    /** @throws NoSuchEntityException, LimitExceededException, ServiceError ValidationError */
    attach(state: IamState, account: string, name: string | undefined, policyArn: string | undefined) {
      const arn = attachedArn(policyArn);
      const identity = find(state, account, name);
      const { attached } = identity;
      if (!policyAt(state, account, arn)) {
        throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
      }
      if (attached.includes(arn)) return {};
      if (attached.length >= mostAttached) {
        throw overLimit(`Cannot exceed quota for PoliciesPer${titled(kind)}: ${mostAttached}`);
      }
      return save(state, account, identity, { attached: [...attached, arn] });
    },

    /** @throws NoSuchEntityException, ServiceError ValidationError */
    detach(state: IamState, account: string, name: string | undefined, policyArn: string | undefined) {
      const arn = attachedArn(policyArn);
      const identity = find(state, account, name);
      if (!identity.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
      return save(state, account, identity, { attached: identity.attached.filter((one) => one !== arn) });
    },

    /** @throws NoSuchEntityException */
    listAttached(
      state: IamState,
      account: string,
      name: string | undefined,
      { PathPrefix = '/', ...paging }: Paging & { PathPrefix?: string | undefined },
    ) {
      const policies = find(state, account, name)
        .attached.flatMap((arn) => policyAt(state, account, arn) ?? [])
        .filter(({ path }) => path.startsWith(PathPrefix));
      const place = new Map(policies.map(({ arn }, index) => [arn, String(index).padStart(4, '0')]));
      const { items, rest } = pageOf(policies, ({ arn }) => place.get(arn) ?? '', paging);
      return { AttachedPolicies: items.map(attachment), ...rest };
    },

    /** @throws MalformedPolicyDocumentException, LimitExceededException, ServiceError ValidationError */
    put(
      state: IamState,
      account: string,
      name: string | undefined,
      {
        PolicyName,
        PolicyDocument = '',
      }: { PolicyName?: string | undefined; PolicyDocument?: string | undefined },
    ) {
      const policyName = checkedName('policyName', PolicyName);
      const identity = find(state, account, name);
      checkPermissions(PolicyDocument);
      const others = identity.inline.filter(([one]) => one !== policyName);
      const inline = [...others, [policyName, PolicyDocument] as const];
      const size = inline.reduce((sum, [, one]) => sum + sizeOf(one), 0);
      if (size > mostInline[kind]) {
        throw overLimit(
          `Maximum policy size of ${mostInline[kind]} bytes exceeded for ${kind} ${identity.name}`,
        );
      }
      return save(state, account, identity, { inline });
    },

    /** @throws NoSuchEntityException */
    get({ inline }: Identity, policyName: string | undefined) {
      const [name, document] = existing(kind, inline, policyName);
      return { PolicyName: name, PolicyDocument: encoded(document) };
    },

    /** @throws NoSuchEntityException */
    remove(state: IamState, account: string, name: string | undefined, policyName: string | undefined) {
      const identity = find(state, account, name);
      const found = existing(kind, identity.inline, policyName);
      return save(state, account, identity, { inline: identity.inline.filter((one) => one !== found) });
    },

    /** @throws NoSuchEntityException */
    list(state: IamState, account: string, name: string | undefined, paging: Paging) {
      const { inline } = find(state, account, name);
      const { items, rest } = pageOf(inline, ([name]) => name, paging);
      return { PolicyNames: items.map(([name]) => name), ...rest };
    },
  };
};

export const attachment = ({ name, arn }: { name: string; arn: string }) => ({
  PolicyName: name,
  PolicyArn: arn,
});

function existing(kind: IdentityKind, inline: Identity['inline'], policyName: string | undefined) {
  const name = checkedName('policyName', policyName);
  const found = inline.find(([one]) => one === name);
  if (!found) throw noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
  return found;
}
