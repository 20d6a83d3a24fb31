// What EventBridge counts in CloudWatch.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
import type { Scope } from '../../call.ts';
import { defaultBus, type EventsState } from './state.ts';

type Counted = 'TriggeredRules' | 'Invocations' | 'FailedInvocations' | 'InvocationsSentToDlq';

/** `rule`: an ARN. */
export function count({ host }: EventsState, scope: Scope, rule: string, name: Counted): void {
  const path = rule.slice(rule.indexOf(':rule/') + ':rule/'.length);
  const slash = path.lastIndexOf('/');
  const EventBusName = slash < 0 ? defaultBus : path.slice(0, slash);
  const RuleName = path.slice(slash + 1);
  const meter = host.face('metrics').meter(scope, 'AWS/Events', [{ RuleName }, { EventBusName, RuleName }]);
  meter.add([{ name, value: 1, unit: 'Count' }]);
}
