// The kinds of callers that are looked for.
import { bucketNotifications } from './bucket-notifications.ts';
import type { CallerKind } from './caller.ts';
import { eventSourceMappings } from './event-source-mappings.ts';
import { logSubscriptions } from './log-subscriptions.ts';
import { policySources } from './policy-sources.ts';
import { rules } from './rules.ts';
import { schedules } from './schedules.ts';
import { topicSubscriptions } from './topic-subscriptions.ts';

export const callerKinds: readonly CallerKind[] = [
  eventSourceMappings,
  bucketNotifications,
  rules,
  schedules,
  topicSubscriptions,
  logSubscriptions,
  policySources,
];
