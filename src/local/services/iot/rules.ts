// Rules of topics: created, replaced, listed, switched and deleted.
// https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html
import type * as sdk from '@aws-sdk/client-iot';
import {
  ResourceAlreadyExistsException,
  SqlParseException,
  type TopicRule,
  type TopicRulePayload,
} from '@aws-sdk/client-iot';
import { type Call, scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { type IotState, invalid, type RuleRecord, requireRule, ruleArn, ruleKey } from './state.ts';

export const rules: Handlers<typeof sdk, IotState> = {
  CreateTopicRule({ ruleName = '', topicRulePayload, tags }, { state, call }) {
    if (!/^\w{1,128}$/.test(ruleName)) {
      throw invalid(
        `1 validation error detected: Value '${ruleName}' at 'ruleName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_]+$`,
      );
    }
    const payload = checked(topicRulePayload);
    if (state.rules.get(ruleKey(call, ruleName))) {
      throw new ResourceAlreadyExistsException({
        message: `Rule ${ruleName} already exists`,
        resourceId: ruleName,
        resourceArn: ruleArn(call, ruleName),
        $metadata: {},
      });
    }
    put(state, call, { name: ruleName, created: state.host.now(), payload, tags: tagsIn(tags) });
    return {};
  },

  /** Everything that the request does not say goes back to its default; the tags stay. */
  ReplaceTopicRule({ ruleName, topicRulePayload }, { state, call }) {
    const rule = requireRule(state, call, ruleName);
    put(state, call, { ...rule, payload: checked(topicRulePayload) });
    return {};
  },

  GetTopicRule({ ruleName }, { state, call }) {
    const rule = requireRule(state, call, ruleName);
    return { ruleArn: ruleArn(call, rule.name), rule: described(rule) };
  },

  ListTopicRules({ topic, ruleDisabled, maxResults, nextToken }, { state, call }) {
    const all = Array.from(state.rules.entries(scopePrefix(call)), ([, rule]) => rule).filter(
      ({ payload }) =>
        (topic === undefined || topicPattern(payload.sql) === topic) &&
        (ruleDisabled === undefined || payload.ruleDisabled === ruleDisabled),
    );
    const { items, next } = page(
      all,
      ({ name }) => name,
      nextToken,
      maxResults ?? 100,
      () => invalid('Invalid NextToken'),
    );
    return {
      rules: items.map(({ name, created, payload }) => ({
        ruleArn: ruleArn(call, name),
        ruleName: name,
        topicPattern: topicPattern(payload.sql),
        createdAt: new Date(created),
        ruleDisabled: payload.ruleDisabled,
      })),
      nextToken: next,
    };
  },

  /** Succeeds for a rule that is gone. */
  DeleteTopicRule({ ruleName = '' }, { state, call }) {
    state.rules.remove(ruleKey(call, ruleName));
    return {};
  },

  EnableTopicRule({ ruleName }, { state, call }) {
    return turn(state, call, ruleName, false);
  },

  DisableTopicRule({ ruleName }, { state, call }) {
    return turn(state, call, ruleName, true);
  },
};

function turn(state: IotState, call: Call, name: string | undefined, ruleDisabled: boolean) {
  const rule = requireRule(state, call, name);
  put(state, call, { ...rule, payload: { ...rule.payload, ruleDisabled } });
  return {};
}

const put = (state: IotState, call: Call, rule: RuleRecord) =>
  state.rules.put(ruleKey(call, rule.name), rule);

/** @throws SqlParseException, InvalidRequestException */
function checked(payload: TopicRulePayload | undefined): TopicRulePayload {
  const { sql = '', actions = [], awsIotSqlVersion = '2015-10-08', ruleDisabled = false } = payload ?? {};
  if (!/^\s*select\s+\S[\s\S]*$/i.test(sql)) {
    throw new SqlParseException({ message: `Cannot parse the SQL statement: ${sql}`, $metadata: {} });
  }
  if (actions.length > 10) throw invalid('A rule has at most 10 actions.');
  for (const { lambda } of actions) {
    if (
      lambda &&
      !/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[^:]+(:[^:]+)?$/.test(lambda.functionArn ?? '')
    ) {
      throw invalid(`Invalid function ARN: ${lambda.functionArn}`);
    }
  }
  return { ...payload, sql, actions, awsIotSqlVersion, ruleDisabled };
}

/** The topic filter of `FROM 'a/+/b'`. */
function topicPattern(sql = ''): string | undefined {
  return /\bfrom\s+'([^']*)'/i.exec(sql)?.[1];
}

/** The header of the request: `key1=value1&key2=value2`. */
function tagsIn(header = ''): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(header));
}

function described({ name, created, payload }: RuleRecord): TopicRule {
  return { ruleName: name, createdAt: new Date(created), ...payload };
}
