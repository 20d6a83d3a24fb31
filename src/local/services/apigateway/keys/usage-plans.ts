// Usage plans, and the keys that belong to them.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { ApiStage, UsagePlan } from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { patched } from '../patches/patches.ts';
import { type ApiGatewayState, entry, findApi, apiKey as keyOf } from '../state.ts';
import { Violations } from '../violations.ts';
import { newestFirst, requireKey } from './api-keys.ts';
import { type PlanRecord, planRules } from './plan-rules.ts';

export const usagePlans: Handlers<typeof sdk, ApiGatewayState> = {
  CreateUsagePlan(input, { state, call }) {
    const { name, description, apiStages = [], throttle, quota, tags } = input;
    if (!name) throw badRequest('Usage Plan name is required');
    for (const stage of apiStages) checkStage(state, call, stage, 'the usage plan');
    const plan = {
      id: newId(6),
      name,
      description: description || undefined,
      apiStages,
      throttle: throttle && { burstLimit: 0, rateLimit: 0, ...throttle },
      quota: quota && { offset: 0, ...quota },
      tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
      created: state.host.now(),
    };
    state.plans.put(keyOf(call, plan.id), plan);
    return described(plan);
  },

  GetUsagePlan({ usagePlanId }, { state, call }) {
    const plan = requirePlan(state, call, usagePlanId);
    return { ...described(plan), tags: { ...plan.tags } };
  },

  GetUsagePlans({ keyId, limit, position }, { state, call }) {
    const all = newestFirst(state.plans.entries(scopePrefix(call)));
    const has = ({ id }: PlanRecord) =>
      keyId === undefined || state.planKeys.get(`${keyOf(call, id)}/${keyId}`) !== undefined;
    const { items, next } = pageOf(all.filter(has), ({ id }) => id, position, limit);
    return { items: items.map(described), position: next };
  },

  UpdateUsagePlan({ usagePlanId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateUsagePlanInput').refuse();
    const plan = requirePlan(state, call, usagePlanId);
    const rules = planRules((stage) => checkStage(state, call, stage, plan.id));
    const changed = patched(plan, patchOperations, rules);
    state.plans.put(keyOf(call, plan.id), changed);
    return { ...described(changed), tags: { ...changed.tags } };
  },

  DeleteUsagePlan({ usagePlanId }, { state, call }) {
    const plan = requirePlan(state, call, usagePlanId);
    if (plan.apiStages?.length) {
      throw badRequest(
        `Cannot delete Usage Plan ${plan.id} because there are API Stages associated with this Usage Plan`,
      );
    }
    for (const [key] of [...state.planKeys.entries(`${keyOf(call, plan.id)}/`)]) state.planKeys.remove(key);
    state.plans.remove(keyOf(call, plan.id));
    return {};
  },

  CreateUsagePlanKey({ usagePlanId, keyId, keyType }, { state, call }) {
    const plan = requirePlan(state, call, usagePlanId);
    if (keyType !== 'API_KEY') throw badRequest(`Invalid Usage Plan Key type: ${keyType}`);
    const { id, name, value } = requireKey(state, call, keyId);
    const place = `${keyOf(call, plan.id)}/${id}`;
    if (state.planKeys.get(place)) {
      throw conflict(
        `Usage Plan ${plan.id} cannot be added because API Key ${id} is already subscribed to it`,
      );
    }
    const key = { id, type: keyType, value, name };
    state.planKeys.put(place, { ...key, created: state.host.now() });
    return key;
  },

  GetUsagePlanKey({ usagePlanId, keyId }, { state, call }) {
    const { created: _, ...key } = requirePlanKey(state, call, usagePlanId, keyId);
    return key;
  },

  /** An unknown plan has no keys. */
  GetUsagePlanKeys({ usagePlanId, nameQuery = '', limit, position }, { state, call }) {
    const keys = newestFirst(state.planKeys.entries(`${keyOf(call, usagePlanId ?? '')}/`));
    const wanted = keys.filter(({ name = '' }) => name.startsWith(nameQuery));
    const { items, next } = pageOf(wanted, ({ id = '' }) => id, position, limit);
    return { items: items.map(({ created: _, ...key }) => key), position: next };
  },

  DeleteUsagePlanKey({ usagePlanId, keyId }, { state, call }) {
    requirePlanKey(state, call, usagePlanId, keyId);
    state.planKeys.remove(`${keyOf(call, usagePlanId ?? '')}/${keyId}`);
    return {};
  },
};

/** @throws NotFoundException */
function requirePlan(state: ApiGatewayState, scope: Scope, id = ''): PlanRecord {
  const plan = state.plans.get(keyOf(scope, id));
  if (!plan) throw notFound('Invalid Usage Plan ID specified');
  return plan;
}

/** @throws NotFoundException */
function requirePlanKey(state: ApiGatewayState, scope: Scope, planId?: string, keyId?: string) {
  const { id } = requirePlan(state, scope, planId);
  const key = state.planKeys.get(`${keyOf(scope, id)}/${keyId}`);
  if (!key) throw notFound('Invalid API Key identifier specified');
  return key;
}

/** @throws NotFoundException unless the stage exists */
function checkStage(state: ApiGatewayState, scope: Scope, { apiId, stage }: ApiStage, plan: string): void {
  if (entry(findApi(state, scope, apiId)?.stages, stage)) return;
  throw notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${plan}`);
}

const described = ({ created: _, ...plan }: PlanRecord): UsagePlan => plan;
