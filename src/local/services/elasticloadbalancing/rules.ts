// Rules of listeners.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  OperationNotPermittedException,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList } from '../tag-lists.ts';
import { checkedActions, relink } from './actions.ts';
import { invalid, noRule, priorityInUse } from './errors.ts';
import { requireListener } from './listeners.ts';
import { type ElbState, newId, rulesOf } from './state.ts';

export const rules: Handlers<typeof sdk, ElbState> = {
  CreateRule({ ListenerArn = '', Conditions, Priority = 0, Actions, Tags }, { state }) {
    const { LoadBalancerArn = '' } = requireListener(state, ListenerArn);
    checkPriority(state, ListenerArn, Priority);
    const rule: Rule = {
      RuleArn: `${ListenerArn.replace(':listener/', ':listener-rule/')}/${newId()}`,
      Priority: String(Priority),
      Conditions: checkedConditions(Conditions),
      Actions: checkedActions(state, Actions),
      IsDefault: false,
    };
    put(state, rule, fromTagList(Tags));
    relink(state, LoadBalancerArn);
    return { Rules: [rule] };
  },

  DescribeRules({ ListenerArn, RuleArns, Marker, PageSize = 400 }, { state }) {
    if (!ListenerArn && !RuleArns?.length) {
      throw invalid('You must specify either listener rule ARNs or a listener ARN');
    }
    const found = RuleArns?.length
      ? RuleArns.map((arn) => requireRule(state, arn))
      : rulesOf(state, requireListener(state, ListenerArn).ListenerArn);
    const { items, next } = page(
      found,
      ({ RuleArn = '' }) => RuleArn,
      Marker,
      PageSize,
      () => invalid('Invalid marker'),
    );
    return { Rules: items, NextMarker: next };
  },

  ModifyRule({ RuleArn, Conditions, Actions }, { state }) {
    const rule = changeable(state, RuleArn);
    const changed: Rule = {
      ...rule,
      Conditions: Conditions ? checkedConditions(Conditions) : rule.Conditions,
      Actions: Actions ? checkedActions(state, Actions) : rule.Actions,
    };
    put(state, changed, state.rules.get(rule.RuleArn as string)?.tags ?? {});
    relink(state, loadBalancerOf(state, rule));
    return { Rules: [changed] };
  },

  SetRulePriorities({ RulePriorities = [] }, { state }) {
    const moved = RulePriorities.map(({ RuleArn, Priority = 0 }) => ({
      rule: changeable(state, RuleArn),
      Priority,
    }));
    const moving = new Set(moved.map(({ rule }) => rule.RuleArn));
    for (const { rule, Priority } of moved) checkPriority(state, listenerOf(rule), Priority, moving);
    const changed = moved.map(({ rule, Priority }) => ({ ...rule, Priority: String(Priority) }));
    for (const rule of changed) put(state, rule, state.rules.get(rule.RuleArn as string)?.tags ?? {});
    return { Rules: changed };
  },

  DeleteRule({ RuleArn }, { state }) {
    const rule = changeable(state, RuleArn);
    state.rules.remove(rule.RuleArn as string);
    relink(state, loadBalancerOf(state, rule));
    return {};
  },
};

const put = (state: ElbState, rule: Rule, tags: Readonly<Record<string, string>>) =>
  state.rules.put(rule.RuleArn as string, { thing: rule, tags });

/** `…:listener-rule/app/NAME/ID/LISTENER/RULE` */
const listenerOf = ({ RuleArn = '' }: Rule): string =>
  RuleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');

const loadBalancerOf = (state: ElbState, rule: Rule): string =>
  requireListener(state, listenerOf(rule)).LoadBalancerArn as string;

/** @throws RuleNotFoundException */
function requireRule(state: ElbState, arn = ''): Rule {
  const kept = state.rules.get(arn);
  if (!kept) throw noRule();
  return kept.thing;
}

/** @throws OperationNotPermittedException for the default rule */
function changeable(state: ElbState, arn: string | undefined): Rule {
  const rule = requireRule(state, arn);
  if (!rule.IsDefault) return rule;
  throw new OperationNotPermittedException({
    message: `Default rule '${rule.RuleArn}' cannot be modified`,
    $metadata: {},
  });
}

function checkPriority(
  state: ElbState,
  listenerArn: string,
  priority: number,
  moving: ReadonlySet<string | undefined> = new Set(),
): void {
  if (!(priority >= 1 && priority <= 50_000)) {
    throw invalid(
      `1 validation error detected: Value '${priority}' at 'priority' failed to satisfy constraint: Member must have value ${priority < 1 ? 'greater than or equal to 1' : 'less than or equal to 50000'}`,
    );
  }
  const taken = rulesOf(state, listenerArn).some(
    ({ Priority, RuleArn }) => Priority === String(priority) && !moving.has(RuleArn),
  );
  if (taken) throw priorityInUse(priority);
}

/** The member of each condition with its values. */
const configs = {
  'host-header': 'HostHeaderConfig',
  'path-pattern': 'PathPatternConfig',
  'http-header': 'HttpHeaderConfig',
  'query-string': 'QueryStringConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
} as const;

/** As the answers show them: host and path with both forms of their values. */
function checkedConditions(conditions: readonly RuleCondition[] = []): RuleCondition[] {
  if (conditions.length === 0) throw invalid('A condition must be specified');
  return conditions.map((condition) => {
    const { Field = '', Values } = condition;
    if (!Object.hasOwn(configs, Field))
      throw invalid(`Condition field '${Field}' must be one of '[${Object.keys(configs).join(', ')}]'`);
    const member = configs[Field as keyof typeof configs];
    const config = condition[member] ?? (Values ? { Values } : undefined);
    const values = (config as { Values?: unknown[] } | undefined)?.Values ?? [];
    if (values.length === 0) throw invalid(`A condition value must be specified`);
    if (Field !== 'host-header' && Field !== 'path-pattern') return { Field, [member]: config };
    return { Field, Values: values as string[], [member]: config };
  });
}
