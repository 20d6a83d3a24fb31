// Sets of receipt rules. One of them is active, or none.
// https://docs.aws.amazon.com/ses/latest/APIReference/API_CreateReceiptRuleSet.html
import type * as sdk from '@aws-sdk/client-ses';
import {
  AlreadyExistsException,
  CannotDeleteException,
  RuleDoesNotExistException,
} from '@aws-sdk/client-ses';
import { scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { page } from '../pages.ts';
import { checkName, putSet, type RuleSetRecord, requireSet, type SesState, setKey } from './state.ts';

export const ruleSets: Handlers<typeof sdk, SesState> = {
  CreateReceiptRuleSet({ RuleSetName = '' }, { state, call }) {
    checkName(RuleSetName, 'RuleSetName');
    checkNew(state.sets.get(setKey(call, RuleSetName)), RuleSetName);
    putSet(state, call, { name: RuleSetName, created: state.host.now(), rules: [] });
    return {};
  },

  CloneReceiptRuleSet({ RuleSetName = '', OriginalRuleSetName }, { state, call }) {
    const { rules } = requireSet(state, call, OriginalRuleSetName);
    checkNew(state.sets.get(setKey(call, RuleSetName)), RuleSetName);
    putSet(state, call, { name: checkName(RuleSetName, 'RuleSetName'), created: state.host.now(), rules });
    return {};
  },

  DescribeReceiptRuleSet({ RuleSetName }, { state, call }) {
    return described(requireSet(state, call, RuleSetName));
  },

  ListReceiptRuleSets({ NextToken }, { state, call }) {
    const all = Array.from(state.sets.entries(scopePrefix(call)), ([, set]) => set);
    const { items, next } = page(
      all,
      ({ name }) => name,
      NextToken,
      100,
      () => new ServiceError('InvalidParameterValue', 'Invalid NextToken'),
    );
    return { RuleSets: items.map((set) => metadataOf(set)), NextToken: next };
  },

  /** Without a name, no set is active any more. */
  SetActiveReceiptRuleSet({ RuleSetName }, { state, call }) {
    if (RuleSetName === undefined) state.active.remove(scopePrefix(call));
    else state.active.put(scopePrefix(call), requireSet(state, call, RuleSetName).name);
    return {};
  },

  DescribeActiveReceiptRuleSet(_input, { state, call }) {
    const name = state.active.get(scopePrefix(call));
    return name === undefined ? {} : described(requireSet(state, call, name));
  },

  ReorderReceiptRuleSet({ RuleSetName, RuleNames = [] }, { state, call }) {
    const set = requireSet(state, call, RuleSetName);
    const rules = RuleNames.map((name) => {
      const rule = set.rules.find(({ Name }) => Name === name);
      if (rule) return rule;
      throw new RuleDoesNotExistException({
        message: `Rule does not exist: ${name}`,
        Name: name,
        $metadata: {},
      });
    });
    if (new Set(RuleNames).size !== set.rules.length) {
      throw new ServiceError('InvalidParameterValue', 'RuleNames must name each rule of the set once');
    }
    putSet(state, call, { ...set, rules });
    return {};
  },

  /** Succeeds for a set that is gone. */
  DeleteReceiptRuleSet({ RuleSetName = '' }, { state, call }) {
    if (state.active.get(scopePrefix(call)) === RuleSetName) {
      throw new CannotDeleteException({
        message: `Cannot delete active rule set: ${RuleSetName}`,
        Name: RuleSetName,
        $metadata: {},
      });
    }
    state.sets.remove(setKey(call, RuleSetName));
    return {};
  },
};

function checkNew(known: RuleSetRecord | undefined, name: string): void {
  if (!known) return;
  throw new AlreadyExistsException({
    message: `Rule set already exists: ${name}`,
    Name: name,
    $metadata: {},
  });
}

const metadataOf = ({ name, created }: RuleSetRecord) => ({
  Name: name,
  CreatedTimestamp: new Date(created),
});

const described = (set: RuleSetRecord) => ({ Metadata: metadataOf(set), Rules: [...set.rules] });
