// The local IoT: rules of topics, as far as bindings of functions need them. It has no MQTT broker, so no rule runs.
import * as sdk from '@aws-sdk/client-iot';
import type { Service, ServiceHost } from '../../service.ts';
import { rules } from './rules.ts';
import { createIotState, type IotState } from './state.ts';
import { ruleTags, taggedRules } from './tags.ts';

export function createIotService(host: ServiceHost): Service<typeof sdk, IotState> {
  const state = createIotState(host);
  return {
    name: 'iot',
    protocol: 'rest-json',
    apiVersion: '2015-05-28',
    sdk,
    handlers: { ...rules, ...ruleTags },
    state,
    tagged: taggedRules(state),
    faulty: () => ({
      500: new sdk.InternalFailureException({ message: 'An internal error occurred.', $metadata: {} }),
    }),
  };
}
