// Receipt rules: what SES does with mail that it receives. A function must let SES call it before a rule names it.
// https://docs.aws.amazon.com/ses/latest/APIReference/API_CreateReceiptRule.html
import type * as sdk from '@aws-sdk/client-ses';
import {
  AlreadyExistsException,
  InvalidLambdaFunctionException,
  type ReceiptRule,
  RuleDoesNotExistException,
} from '@aws-sdk/client-ses';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { checkName, putSet, type RuleSetRecord, requireSet, ruleArn, type SesState } from './state.ts';

export const rules: Handlers<typeof sdk, SesState> = {
  CreateReceiptRule({ RuleSetName, After, Rule }, { state, call }) {
    const set = requireSet(state, call, RuleSetName);
    const rule = checked(state, call, set, Rule);
    if (set.rules.some(({ Name }) => Name === rule.Name)) {
      throw new AlreadyExistsException({
        message: `Rule already exists: ${rule.Name}`,
        Name: rule.Name,
        $metadata: {},
      });
    }
    putSet(state, call, { ...set, rules: insertedAfter(set.rules, rule, After) });
    return {};
  },

  UpdateReceiptRule({ RuleSetName, Rule }, { state, call }) {
    const set = requireSet(state, call, RuleSetName);
    requireRule(set, Rule?.Name);
    const rule = checked(state, call, set, Rule);
    putSet(state, call, { ...set, rules: set.rules.map((one) => (one.Name === rule.Name ? rule : one)) });
    return {};
  },

  DescribeReceiptRule({ RuleSetName, RuleName }, { state, call }) {
    return { Rule: requireRule(requireSet(state, call, RuleSetName), RuleName) };
  },

  SetReceiptRulePosition({ RuleSetName, RuleName, After }, { state, call }) {
    const set = requireSet(state, call, RuleSetName);
    const rule = requireRule(set, RuleName);
    const others = set.rules.filter((one) => one !== rule);
    putSet(state, call, { ...set, rules: insertedAfter(others, rule, After) });
    return {};
  },

  /** Succeeds for a rule that is gone. */
  DeleteReceiptRule({ RuleSetName, RuleName }, { state, call }) {
    const set = requireSet(state, call, RuleSetName);
    putSet(state, call, { ...set, rules: set.rules.filter(({ Name }) => Name !== RuleName) });
    return {};
  },
};

/** @throws RuleDoesNotExistException */
function requireRule({ rules: all }: Pick<RuleSetRecord, 'rules'>, name = ''): ReceiptRule {
  const rule = all.find(({ Name }) => Name === name);
  if (rule) return rule;
  throw new RuleDoesNotExistException({ message: `Rule does not exist: ${name}`, Name: name, $metadata: {} });
}

/** Without `after`, the rule comes first. @throws RuleDoesNotExistException */
function insertedAfter(all: readonly ReceiptRule[], rule: ReceiptRule, after: string | undefined) {
  if (after === undefined) return [rule, ...all];
  const place = all.indexOf(requireRule({ rules: all }, after)) + 1;
  return [...all.slice(0, place), rule, ...all.slice(place)];
}

/** The rule with AWS's defaults. @throws InvalidLambdaFunctionException */
function checked(
  { host }: SesState,
  call: Call,
  { name: set }: RuleSetRecord,
  rule: ReceiptRule | undefined,
): ReceiptRule {
  const { Name = '', Actions = [], Recipients = [] } = rule ?? {};
  checkName(Name, 'RuleName');
  const source = {
    principal: 'ses.amazonaws.com',
    sourceArn: ruleArn(call, set, Name),
    sourceAccount: call.account,
  };
  const actions = Actions.map((action) => {
    const { LambdaAction } = action;
    if (!LambdaAction) return action;
    const { FunctionArn = '', InvocationType = 'Event' } = LambdaAction;
    if (InvocationType !== 'Event' && InvocationType !== 'RequestResponse') {
      throw new ServiceError('InvalidParameterValue', `Invalid InvocationType: ${InvocationType}`);
    }
    if (!host.face('functions').accepts(FunctionArn, source)) {
      throw new InvalidLambdaFunctionException({
        message: `Could not invoke Lambda function: ${FunctionArn}`,
        FunctionArn,
        $metadata: {},
      });
    }
    return { ...action, LambdaAction: { ...LambdaAction, InvocationType } };
  });
  return {
    ...rule,
    Name,
    Enabled: rule?.Enabled ?? false,
    TlsPolicy: rule?.TlsPolicy ?? 'Optional',
    ScanEnabled: rule?.ScanEnabled ?? false,
    Recipients,
    Actions: actions,
  };
}
