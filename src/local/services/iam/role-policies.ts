// What a role may do: managed policies that are attached, and inline policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../service.ts';
import { checkPermissions, encoded, sizeOf } from './documents.ts';
import { invalid, noSuchEntity, overLimit } from './faults.ts';
import { checkedName } from './names.ts';
import { pageOf } from './page.ts';
import { isPolicyArn, policyAt } from './policies.ts';
import { changeRole, roleNamed } from './roles.ts';
import type { IamState } from './state.ts';

const mostAttached = 10;
const mostInline = 10_240;

const attachedArn = (arn: string | undefined): string => {
  if (!arn || !isPolicyArn(arn)) throw invalid(`ARN ${arn ?? ''} is not valid.`);
  return arn;
};

const missing = (name: string) => noSuchEntity(`The role policy with name ${name} cannot be found.`);

export const rolePolicies: Handlers<typeof sdk, IamState> = {
  AttachRolePolicy({ RoleName, PolicyArn }, { call, state }) {
    const arn = attachedArn(PolicyArn);
    const role = roleNamed(state, call.account, RoleName);
    if (!policyAt(state, call.account, arn)) {
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    }
    if (role.attached.includes(arn)) return {};
    if (role.attached.length >= mostAttached) {
      throw overLimit(`Cannot exceed quota for PoliciesPerRole: ${mostAttached}`);
    }
    changeRole(state, call.account, role, { attached: [...role.attached, arn] });
    return {};
  },

  DetachRolePolicy({ RoleName, PolicyArn }, { call, state }) {
    const arn = attachedArn(PolicyArn);
    const role = roleNamed(state, call.account, RoleName);
    if (!role.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    changeRole(state, call.account, role, { attached: role.attached.filter((one) => one !== arn) });
    return {};
  },

  ListAttachedRolePolicies({ RoleName, PathPrefix = '/', ...paging }, { call, state }) {
    const policies = roleNamed(state, call.account, RoleName)
      .attached.flatMap((arn) => policyAt(state, call.account, arn) ?? [])
      .filter(({ path }) => path.startsWith(PathPrefix));
    const { items, rest } = pageOf(policies, ({ name, arn }) => `${name} ${arn}`, paging);
    return {
      AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
      ...rest,
    };
  },

  PutRolePolicy({ RoleName, PolicyName, PolicyDocument }, { call, state }) {
    const name = checkedName('policyName', PolicyName);
    const role = roleNamed(state, call.account, RoleName);
    const document = PolicyDocument ?? '';
    checkPermissions(document);
    const inline = { ...role.inline, [name]: document };
    const size = Object.values(inline).reduce((sum, one) => sum + sizeOf(one), 0);
    if (size > mostInline) {
      throw overLimit(`Maximum policy size of ${mostInline} bytes exceeded for role ${role.name}`);
    }
    changeRole(state, call.account, role, { inline });
    return {};
  },

  GetRolePolicy({ RoleName, PolicyName }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    const name = checkedName('policyName', PolicyName);
    const document = Object.hasOwn(role.inline, name) ? role.inline[name] : undefined;
    if (document === undefined) throw missing(name);
    return { RoleName: role.name, PolicyName: name, PolicyDocument: encoded(document) };
  },

  DeleteRolePolicy({ RoleName, PolicyName }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    const name = checkedName('policyName', PolicyName);
    if (!Object.hasOwn(role.inline, name)) throw missing(name);
    const inline = Object.fromEntries(Object.entries(role.inline).filter(([one]) => one !== name));
    changeRole(state, call.account, role, { inline });
    return {};
  },

  ListRolePolicies({ RoleName, ...paging }, { call, state }) {
    const { inline } = roleNamed(state, call.account, RoleName);
    const { items, rest } = pageOf(Object.keys(inline), (name) => name, paging);
    return { PolicyNames: items, ...rest };
  },
};
