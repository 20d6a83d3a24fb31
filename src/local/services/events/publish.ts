// Events on a bus: the rules that match, and their targets.
import type { Scope } from '../../call.ts';
import { compilePattern } from '../../event-patterns/pattern.ts';
import { noticeOnce } from '../../notices.ts';
import type { BusMessage } from './envelope.ts';
import { count } from './metrics.ts';
import { type ActiveRule, busName, busOf, type EventsState, ruleArn, rulePrefix, rulesOf } from './state.ts';
import { Sender } from './targets/sender.ts';

/** Buses that send to one another in a circle are cut here. */
const mostHops = 10;

/** Puts an event on the bus with this name; an unknown bus drops it, as on AWS. */
export type Publish = (scope: Scope, bus: string, message: BusMessage, hops?: number) => void;

export function publisher(state: EventsState): { publish: Publish; sender: Sender } {
  const sender = new Sender(state, (busArn, message, hops) => {
    const [, , , region = '', account = ''] = busArn.split(':');
    publish({ account, region }, busName({ account, region }, busArn), message, hops);
  });
  const publish: Publish = (scope, bus, message, hops = 0) => {
    if (hops > mostHops) {
      noticeOnce(`EventBridge drops an event that has passed ${mostHops} event buses, the last one ${bus}`);
      return;
    }
    if (!busOf(state, scope, bus)) return;
    for (const { rule, matches } of activeRules(state, scope, bus)) {
      if (!matches(message.event)) continue;
      count(state, scope, ruleArn(scope, rule), 'TriggeredRules');
      for (const target of rule.targets) sender.send(scope, rule, target, message, hops);
    }
  };
  return { publish, sender };
}

function activeRules(state: EventsState, scope: Scope, bus: string): readonly ActiveRule[] {
  const prefix = rulePrefix(scope, bus);
  let found = state.active.get(prefix);
  if (!found) {
    found = [...rulesOf(state, scope, bus)].flatMap((rule) =>
      rule.pattern === undefined || rule.state === 'DISABLED'
        ? []
        : [{ rule, matches: compilePattern(rule.pattern) }],
    );
    state.active.set(prefix, found);
  }
  return found;
}
