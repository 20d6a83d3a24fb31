// API keys.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { ApiKey } from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { newId, newKeyValue } from '../ids.ts';
import { pageOf } from '../page.ts';
import { flag, listing, patched, type Rules, text } from '../patches/patches.ts';
import type { ApiKeyRecord } from '../records.ts';
import { type ApiGatewayState, apiKey as keyOf } from '../state.ts';
import { Violations } from '../violations.ts';

const longestName = 1024;
const longestDescription = 125_000;

export const apiKeys: Handlers<typeof sdk, ApiGatewayState> = {
  CreateApiKey(input, { state, call }) {
    const { name, description, customerId, enabled = false, stageKeys = [], tags } = input;
    checkName(name);
    checkDescription(description);
    const value = input.value ? checkedValue(state, call, input.value) : newKeyValue();
    const now = state.host.now();
    const key: ApiKeyRecord = {
      id: newId(10),
      value,
      name: name || undefined,
      description: description || undefined,
      customerId: customerId || undefined,
      enabled,
      created: now,
      updated: now,
      stageKeys: stageKeys.map(({ restApiId, stageName }) => `${restApiId}/${stageName}`),
      tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
    };
    state.keys.put(keyOf(call, key.id), key);
    return { ...described(key), value };
  },

  GetApiKey({ apiKey, includeValue }, { state, call }) {
    const key = requireKey(state, call, apiKey);
    return { ...described(key), tags: { ...key.tags }, ...(includeValue && { value: key.value }) };
  },

  GetApiKeys({ nameQuery = '', customerId, includeValues, limit, position }, { state, call }) {
    const wanted = newestFirst(state.keys.entries(scopePrefix(call))).filter(
      (key) =>
        (key.name ?? '').startsWith(nameQuery) && (customerId === undefined || key.customerId === customerId),
    );
    const { items, next } = pageOf(wanted, ({ id }) => id, position, limit);
    const shown = items.map((key) => ({ ...described(key), ...(includeValues && { value: key.value }) }));
    return { items: shown, position: next };
  },

  UpdateApiKey({ apiKey, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateApiKeyInput').refuse();
    const key = patched(requireKey(state, call, apiKey), patchOperations, rules, listing(rules));
    checkName(key.name);
    checkDescription(key.description);
    const changed = { ...key, updated: state.host.now() };
    state.keys.put(keyOf(call, key.id), changed);
    return { ...described(changed), tags: { ...changed.tags } };
  },

  DeleteApiKey({ apiKey }, { state, call }) {
    const { id } = requireKey(state, call, apiKey);
    state.keys.remove(keyOf(call, id));
    for (const [key, plan] of [...state.planKeys.entries(scopePrefix(call))]) {
      if (plan.id === id) state.planKeys.remove(key);
    }
    return {};
  },
};

const rules: Rules<ApiKeyRecord> = {
  '/description': text('description'),
  '/enabled': flag('enabled'),
  '/name': text('name'),
  '/customerId': text('customerId'),
};

/** The records of a collection, the newest first. */
export function newestFirst<T extends { readonly created: number }>(entries: Iterable<[string, T]>): T[] {
  return Array.from(entries, ([, record]) => record).sort((a, b) => b.created - a.created);
}

/** @throws NotFoundException */
export function requireKey(state: ApiGatewayState, scope: Scope, id = ''): ApiKeyRecord {
  const key = state.keys.get(keyOf(scope, id));
  if (!key) throw notFound('Invalid API Key identifier specified');
  return key;
}

function checkName(name = ''): void {
  if (name.length > longestName) {
    throw badRequest(`Invalid API Key name, can be at most ${longestName} characters.`);
  }
}

function checkDescription(description = ''): void {
  if (description.length > longestDescription) throw badRequest('Invalid API Key description specified.');
}

/** @throws BadRequestException, ConflictException */
function checkedValue(state: ApiGatewayState, scope: Scope, value: string): string {
  if (value.length < 20) throw badRequest('API Key value should be at least 20 characters');
  if (value.length > 128) throw badRequest('API Key value exceeds maximum size of 128 characters');
  for (const [, key] of state.keys.entries(scopePrefix(scope))) {
    if (key.value === value) throw conflict('API Key already exists');
  }
  return value;
}

const described = ({ value: _, created, updated, stageKeys, tags, ...key }: ApiKeyRecord): ApiKey => ({
  ...key,
  stageKeys: [...stageKeys],
  tags: tags && { ...tags },
  createdDate: new Date(created),
  lastUpdatedDate: new Date(updated),
});
