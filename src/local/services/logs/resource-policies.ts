// Resource policies: which services may write to the account's log groups. They are stored and described, not enforced.

import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { checkLength } from './checks.ts';
import { invalid, invalidToken, overLimit } from './errors.ts';
import { keyOf, page } from './pages.ts';
import type { LogsState, ResourcePolicyRecord } from './state.ts';

const mostPolicies = 10;

const shown = (policyName: string, { document, updated }: ResourcePolicyRecord): sdk.ResourcePolicy => ({
  policyName,
  policyDocument: document,
  lastUpdatedTime: updated,
  policyScope: 'ACCOUNT',
});

export const resourcePolicies: Handlers<typeof sdk, LogsState> = {
  PutResourcePolicy({ policyName = '', policyDocument = '' }, { call, state }) {
    if (policyName === '') throw invalid('Policy name must be specified.');
    checkLength(policyDocument, 'policyDocument', 1, 5120);
    try {
      JSON.parse(policyDocument);
    } catch {
      throw invalid('Policy document is not valid JSON.');
    }
    const prefix = scopePrefix(call);
    const key = prefix + policyName;
    if (!state.resourcePolicies.get(key)) {
      if ([...state.resourcePolicies.entries(prefix)].length >= mostPolicies) throw overLimit();
    }
    const record = { document: policyDocument, updated: state.now() };
    state.resourcePolicies.put(key, record);
    return { resourcePolicy: shown(policyName, record) };
  },

  DescribeResourcePolicies({ limit, nextToken }, { call, state }) {
    const prefix = scopePrefix(call);
    const after = keyOf(nextToken);
    if (after !== undefined && !after.startsWith(prefix)) throw invalidToken();
    const left = [...state.resourcePolicies.entries(prefix)].filter(
      ([key]) => after === undefined || key > after,
    );
    const { items, nextToken: next } = page(left, limit, ([key]) => key);
    return {
      resourcePolicies: items.map(([key, record]) => shown(key.slice(prefix.length), record)),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },

  DeleteResourcePolicy({ policyName = '' }, { call, state }) {
    const key = scopePrefix(call) + policyName;
    if (!state.resourcePolicies.get(key)) {
      throw new ResourceNotFoundException({
        message: `Policy with name [${policyName}] does not exist.`,
        $metadata: {},
      });
    }
    state.resourcePolicies.remove(key);
    return {};
  },
};
