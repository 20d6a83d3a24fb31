// The settings of the account in a region.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Account } from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { badPath } from './errors.ts';
import { patched, type Rules, text } from './patches/patches.ts';
import type { ApiGatewayState } from './state.ts';
import { Violations } from './violations.ts';

interface AccountRecord {
  readonly cloudwatchRoleArn?: string;
}

export const account: Handlers<typeof sdk, ApiGatewayState> = {
  GetAccount(_, { state, call }) {
    return described(state, call);
  },

  UpdateAccount({ patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateAccountInput').refuse();
    const changed = patched(state.accounts.get(scopePrefix(call)) ?? {}, patchOperations, rules);
    state.accounts.put(scopePrefix(call), changed);
    return described(state, call);
  },
};

const rules: Rules<AccountRecord> = {
  '/cloudwatchRoleArn': text('cloudwatchRoleArn'),
  // Usage plans are always on: old accounts turn them on so.
  '/features': { ops: ['add'], refuse: ({ path }) => badPath(path), apply: (record) => record },
};

const described = (state: ApiGatewayState, scope: Scope): Account => ({
  ...state.accounts.get(scopePrefix(scope)),
  throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
  features: ['UsagePlans'],
  apiKeyVersion: '4',
});
