// The local EventBridge: buses, rules and their targets.
import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-eventbridge';
import type { Service, ServiceHost } from '../../service.ts';
import { buses } from './buses.ts';
import { messageOf } from './envelope.ts';
import { permissions } from './permissions.ts';
import { publisher } from './publish.ts';
import { events } from './put-events.ts';
import { rules } from './rules.ts';
import { ScheduledRules } from './scheduled-rules.ts';
import { busName, createEventsState, type EventsState } from './state.ts';
import { taggedEvents, tags } from './tags.ts';
import { targets } from './targets/targets.ts';

export function createEventsService(host: ServiceHost): Service<typeof sdk, EventsState> {
  const state = createEventsState(host);
  const { publish, sender } = publisher(state);
  const scheduled = new ScheduledRules(state, sender);
  return {
    name: 'events',
    protocol: 'json-1.1',
    apiVersion: '2015-10-07',
    target: 'AWSEvents',
    sdk,
    handlers: {
      ...buses,
      ...permissions,
      ...rules(scheduled),
      ...targets,
      ...events(publish),
      ...tags,
    },
    state,
    faces: {
      buses: {
        put(scope, event, bus) {
          const message = messageOf(scope, randomUUID(), { time: host.now(), ...event });
          publish(scope, busName(scope, bus), message);
        },
      },
    },
    tagged: taggedEvents(state),
    faulty: () => ({
      500: new sdk.InternalException({ message: 'An internal error occurred.', $metadata: {} }),
    }),
    resume() {
      sender.resume();
      scheduled.ring();
    },
    async close() {
      sender.close();
      scheduled.close();
    },
  };
}
