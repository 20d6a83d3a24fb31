// API keys: a method may require one that belongs to a usage plan of the stage.
import { scopePrefix } from '../../../../call.ts';
import { type ApiGatewayState, apiKey } from '../../state.ts';
import { headerValues } from '../expressions.ts';
import { noKey } from '../gateway-error.ts';
import type { RestRequest } from '../rest-request.ts';

/** @throws GatewayError without a valid key, when the method requires one */
export function checkKey(state: ApiGatewayState, request: RestRequest): void {
  const { method, definition, api, stage, context } = request;
  if (!method.apiKeyRequired) return;
  const value =
    definition.apiKeySource === 'AUTHORIZER'
      ? context.identity.apiKey
      : headerValues(request, 'x-api-key').at(-1);
  if (!value) throw noKey();
  for (const [, plan] of state.plans.entries(scopePrefix(api))) {
    const serves = plan.apiStages?.some((one) => one.apiId === api.id && one.stage === stage.stageName);
    if (!serves) continue;
    for (const [, { id = '', value: ofPlan }] of state.planKeys.entries(`${apiKey(api, plan.id)}/`)) {
      if (ofPlan !== value || !state.keys.get(apiKey(api, id))?.enabled) continue;
      Object.assign(context.identity, { apiKey: value, apiKeyId: id });
      return;
    }
  }
  throw noKey();
}
