// What an identity may do: managed policies that are attached, and inline policies; for roles, users and groups.

import { invalid, noSuchEntity, overLimit } from '../errors.ts';
import { checkedName } from '../names.ts';
import { type Paging, pageOf } from '../page.ts';
import type { IamState, Identity } from '../state.ts';
import { checkPermissions, encoded, sizeOf } from './documents.ts';
import { isPolicyArn, policyAt } from './policies.ts';

const mostAttached = 10;

/** Bytes of inline policies without white space, by kind of identity. */
const mostInline = { role: 10_240, user: 2048, group: 5120 };

export type IdentityKind = keyof typeof mostInline;

const attachedArn = (arn: string | undefined): string => {
  if (!arn || !isPolicyArn(arn)) throw invalid(`ARN ${arn ?? ''} is not valid.`);
  return arn;
};

const titled = (kind: IdentityKind): string => kind.charAt(0).toUpperCase() + kind.slice(1);

type Change = Partial<Pick<Identity, 'attached' | 'inline'>>;

/** Each answers what is to be changed of the identity, or its own answer; the caller writes. */
export const identityPolicies = (kind: IdentityKind) => ({
  /** @throws NoSuchEntityException, LimitExceededException, ServiceError ValidationError */
  attach(state: IamState, account: string, find: () => Identity, policyArn: string | undefined): Change {
    const arn = attachedArn(policyArn);
    const { attached } = find();
    if (!policyAt(state, account, arn)) {
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    }
    if (attached.includes(arn)) return {};
    if (attached.length >= mostAttached) {
      throw overLimit(`Cannot exceed quota for PoliciesPer${titled(kind)}: ${mostAttached}`);
    }
    return { attached: [...attached, arn] };
  },

  /** @throws NoSuchEntityException, ServiceError ValidationError */
  detach(find: () => Identity, policyArn: string | undefined): Change {
    const arn = attachedArn(policyArn);
    const { attached } = find();
    if (!attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    return { attached: attached.filter((one) => one !== arn) };
  },

  listAttached(
    state: IamState,
    account: string,
    { attached }: Identity,
    { PathPrefix = '/', ...paging }: Paging & { PathPrefix?: string | undefined },
  ) {
    const policies = attached
      .flatMap((arn) => policyAt(state, account, arn) ?? [])
      .filter(({ path }) => path.startsWith(PathPrefix));
    const place = new Map(policies.map(({ arn }, index) => [arn, String(index).padStart(4, '0')]));
    const { items, rest } = pageOf(policies, ({ arn }) => place.get(arn) ?? '', paging);
    return { AttachedPolicies: items.map(attachment), ...rest };
  },

  /** @throws MalformedPolicyDocumentException, LimitExceededException, ServiceError ValidationError */
  put(find: () => Identity, policyName: string | undefined, document = ''): Change {
    const name = checkedName('policyName', policyName);
    const identity = find();
    checkPermissions(document);
    const others = identity.inline.filter(([one]) => one !== name);
    const inline = [...others, [name, document] as const];
    const size = inline.reduce((sum, [, one]) => sum + sizeOf(one), 0);
    if (size > mostInline[kind]) {
      throw overLimit(
        `Maximum policy size of ${mostInline[kind]} bytes exceeded for ${kind} ${identity.name}`,
      );
    }
    return { inline };
  },

  /** @throws NoSuchEntityException */
  get({ inline }: Identity, policyName: string | undefined) {
    const [name, document] = existing(kind, inline, policyName);
    return { PolicyName: name, PolicyDocument: encoded(document) };
  },

  /** @throws NoSuchEntityException */
  remove({ inline }: Identity, policyName: string | undefined): Change {
    const found = existing(kind, inline, policyName);
    return { inline: inline.filter((one) => one !== found) };
  },

  list({ inline }: Identity, paging: Paging) {
    const { items, rest } = pageOf(inline, ([name]) => name, paging);
    return { PolicyNames: items.map(([name]) => name), ...rest };
  },
});

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
