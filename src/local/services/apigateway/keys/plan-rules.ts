// What UpdateUsagePlan may change.
import type { ApiStage, QuotaSettings, ThrottleSettings, UsagePlan } from '@aws-sdk/client-api-gateway';
import { badPath, badRequest } from '../errors.ts';
import { type Patch, type Rule, type Rules, text } from '../patches/patches.ts';

export type PlanRecord = UsagePlan & { readonly id: string; readonly created: number };

/** `check` throws NotFoundException unless the stage exists. */
export const planRules = (check: (stage: ApiStage) => void): Rules<PlanRecord> => ({
  '/name': text('name'),
  '/description': text('description', ['replace', 'remove']),
  '/productCode': text('productCode', ['replace', 'remove']),
  '/throttle': { ops: ['remove'], refuse, apply: (plan) => ({ ...plan, throttle: undefined }) },
  '/quota': { ops: ['remove'], refuse, apply: (plan) => ({ ...plan, quota: undefined }) },
  '/throttle/burstLimit': throttleOf('burstLimit'),
  '/throttle/rateLimit': throttleOf('rateLimit'),
  '/quota/limit': quotaOf((value) => ({ limit: numberIn(value) })),
  '/quota/offset': quotaOf((value) => ({ offset: numberIn(value) })),
  '/quota/period': quotaOf((value) => {
    if (!['DAY', 'WEEK', 'MONTH'].includes(value)) throw badRequest(`Invalid quota period: ${value}`);
    return { period: value as QuotaSettings['period'] };
  }),
  '/apiStages': {
    ops: ['add', 'remove'],
    refuse,
    apply(plan, { op, value = '' }) {
      const stage = stageIn(value);
      check(stage);
      const others = (plan.apiStages ?? []).filter((one) => !isSame(one, stage));
      return { ...plan, apiStages: op === 'add' ? [...others, stage] : others };
    },
  },
  '/apiStages/*/throttle/*/*/burstLimit': stageThrottle('burstLimit'),
  '/apiStages/*/throttle/*/*/rateLimit': stageThrottle('rateLimit'),
});

const refuse = ({ path }: Patch) => badPath(path);

const isSame = (a: ApiStage, b: ApiStage) => a.apiId === b.apiId && a.stage === b.stage;

/** `API:STAGE`. @throws BadRequestException */
function stageIn(value: string): ApiStage {
  const [apiId, stage, more] = value.split(':');
  if (!apiId || !stage || more !== undefined) throw badRequest('Invalid API Stage specified');
  return { apiId, stage };
}

function numberIn(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value)) throw badRequest(`Invalid number specified: ${value}`);
  return Number(value);
}

const throttleOf = (member: keyof ThrottleSettings): Rule<PlanRecord> => ({
  ops: ['add', 'replace'],
  apply: (plan, { value = '' }) => ({
    ...plan,
    throttle: { burstLimit: 0, rateLimit: 0, ...plan.throttle, [member]: numberIn(value) },
  }),
});

const quotaOf = (read: (value: string) => QuotaSettings): Rule<PlanRecord> => ({
  ops: ['add', 'replace'],
  apply: (plan, { value = '' }) => ({ ...plan, quota: { offset: 0, ...plan.quota, ...read(value) } }),
});

/** The throttle of one method of a stage: `/apiStages/API:STAGE/throttle/~1pets/GET/rateLimit`. */
const stageThrottle = (member: keyof ThrottleSettings): Rule<PlanRecord> => ({
  ops: ['add', 'replace'],
  apply(plan, { parts, value = '' }) {
    const [, place = '', , path = '', method = ''] = parts;
    const wanted = stageIn(place);
    const key = `${path}/${method}`;
    const apiStages = plan.apiStages?.map((stage) => {
      if (!isSame(stage, wanted)) return stage;
      const before = { burstLimit: 0, rateLimit: 0, ...stage.throttle?.[key] };
      return { ...stage, throttle: { ...stage.throttle, [key]: { ...before, [member]: numberIn(value) } } };
    });
    return { ...plan, apiStages };
  },
});
