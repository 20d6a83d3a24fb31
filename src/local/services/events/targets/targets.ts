// Targets of rules.
import type * as sdk from '@aws-sdk/client-eventbridge';
import type { Target } from '@aws-sdk/client-eventbridge';
import { serviceOf } from '../../../deliveries/targets.ts';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { badToken } from '../buses.ts';
import { check, checkLimit, forms, problemsOf } from '../checks.ts';
import { invalid, tooMany } from '../errors.ts';
import { busArn, type EventsState, putRule, requireRule } from '../state.ts';
import { placeholder, reserved } from './input.ts';

/** The number of targets that a rule can have. */
const most = 5;
const mostPaths = 100;

export const targets: Handlers<typeof sdk, EventsState> = {
  PutTargets({ Rule, EventBusName, Targets = [] }, { state, call }) {
    check(Targets.flatMap(({ Id }, index) => problemsOf(Id, `targets.${index + 1}.member.id`, forms.target)));
    const rule = requireRule(state, call, { Name: Rule, EventBusName }, 'rule');
    for (const target of Targets) checkTarget(target, busArn(call, rule.bus));
    const byId = new Map(rule.targets.map((target) => [target.Id, target]));
    for (const target of Targets) byId.set(target.Id, target);
    if (byId.size > most || Targets.length > most) throw tooMany();
    putRule(state, call, { ...rule, targets: [...byId.values()] });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  RemoveTargets({ Rule, EventBusName, Ids = [] }, { state, call }) {
    check(Ids.flatMap((id, index) => problemsOf(id, `ids.${index + 1}.member`, forms.target)));
    const rule = requireRule(state, call, { Name: Rule, EventBusName }, 'rule');
    const kept = rule.targets.filter(({ Id = '' }) => !Ids.includes(Id));
    putRule(state, call, { ...rule, targets: kept });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  ListTargetsByRule({ Rule, EventBusName, Limit, NextToken }, { state, call }) {
    checkLimit(Limit);
    const rule = requireRule(state, call, { Name: Rule, EventBusName }, 'rule');
    const { items, next } = page(rule.targets, ({ Id = '' }) => Id, NextToken, Limit ?? 100, badToken);
    return { Targets: items, NextToken: next };
  },
};

function checkTarget(target: Target, ownBus: string): void {
  const { Id = '', Arn = '', Input, InputPath, InputTransformer, SqsParameters } = target;
  if (!/^arn:[\w-]+:[\w-]+:[^:]*:[^:]*:.+$/.test(Arn)) {
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  if (['kinesis', 'states'].includes(serviceOf(Arn)) && !target.RoleArn) {
    throw invalid(`RoleArn is required for target ${Arn}.`);
  }
  if (Arn === ownBus) throw invalid(`Target ${Id} is the event bus of the rule.`);
  if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${Id}.`);
  if (serviceOf(Arn) === 'sqs' && Arn.endsWith('.fifo') && !SqsParameters?.MessageGroupId) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${Id}.`);
  }
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer ?? {};
  if (Object.keys(InputPathsMap).length > mostPaths) {
    throw invalid(`InputPathsMap for target ${Id} has more than ${mostPaths} entries.`);
  }
  const known = new Set<string>([...Object.keys(InputPathsMap), ...reserved]);
  for (const [, name = ''] of InputTemplate.matchAll(placeholder)) {
    if (!known.has(name)) {
      throw invalid(`InputTemplate for target ${Id} contains invalid placeholder ${name}.`);
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
