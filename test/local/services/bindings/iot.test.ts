// Rules of IoT: the members that AWS adds, replacement, and refusals.
import { expect, it } from 'vitest';
import { createIotService } from '../../../../src/local/services/iot/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const functionArn = `arn:aws:lambda:eu-central-1:${account}:function:f`;
const fixture = () => callerOf(alone(createIotService));
const refusal = (promise: Promise<unknown>) =>
  promise.catch((error: Error) => `${error.name}: ${error.message}`);

it('a rule is created with AWS’s defaults, and listed with its topic', async () => {
  const iot = fixture();
  const actions = [{ lambda: { functionArn } }];
  await iot('CreateTopicRule', {
    ruleName: 'hot',
    topicRulePayload: { sql: "SELECT temperature FROM 'rooms/+/air' WHERE temperature > 30", actions },
    tags: 'team=a%20b',
  });
  const { ruleArn, rule } = await iot('GetTopicRule', { ruleName: 'hot' });
  expect(ruleArn).toBe(`arn:aws:iot:eu-central-1:${account}:rule/hot`);
  expect(rule).toEqual({
    ruleName: 'hot',
    sql: "SELECT temperature FROM 'rooms/+/air' WHERE temperature > 30",
    createdAt: expect.any(Date),
    actions,
    ruleDisabled: false,
    awsIotSqlVersion: '2015-10-08',
  });
  expect((await iot('ListTopicRules', {})).rules).toEqual([
    {
      ruleArn,
      ruleName: 'hot',
      topicPattern: 'rooms/+/air',
      createdAt: rule?.createdAt,
      ruleDisabled: false,
    },
  ]);
  expect(await iot('ListTagsForResource', { resourceArn: ruleArn })).toEqual({
    tags: [{ Key: 'team', Value: 'a b' }],
  });
});

it('ReplaceTopicRule sets back what it does not say, and keeps date and tags', async () => {
  const iot = fixture();
  const first = {
    sql: "SELECT * FROM 'a'",
    actions: [{ lambda: { functionArn } }],
    description: 'd',
    ruleDisabled: true,
  };
  await iot('CreateTopicRule', { ruleName: 'r', topicRulePayload: first, tags: 'k=v' });
  const before = (await iot('GetTopicRule', { ruleName: 'r' })).rule;
  await iot('ReplaceTopicRule', {
    ruleName: 'r',
    topicRulePayload: { sql: "SELECT * FROM 'b'", actions: [] },
  });
  const { rule, ruleArn } = await iot('GetTopicRule', { ruleName: 'r' });
  expect(rule).toEqual({
    ruleName: 'r',
    createdAt: before?.createdAt,
    sql: "SELECT * FROM 'b'",
    actions: [],
    ruleDisabled: false,
    awsIotSqlVersion: '2015-10-08',
  });
  expect((await iot('ListTagsForResource', { resourceArn: ruleArn })).tags).toHaveLength(1);
});

it('a rule is switched off and on, and deleted', async () => {
  const iot = fixture();
  await iot('CreateTopicRule', {
    ruleName: 'r',
    topicRulePayload: { sql: "SELECT * FROM 'a'", actions: [] },
  });
  await iot('DisableTopicRule', { ruleName: 'r' });
  expect((await iot('GetTopicRule', { ruleName: 'r' })).rule?.ruleDisabled).toBe(true);
  expect((await iot('ListTopicRules', { ruleDisabled: false })).rules).toEqual([]);
  await iot('EnableTopicRule', { ruleName: 'r' });
  expect((await iot('ListTopicRules', { ruleDisabled: false, topic: 'a' })).rules).toHaveLength(1);
  await iot('DeleteTopicRule', { ruleName: 'r' });
  expect(await iot('DeleteTopicRule', { ruleName: 'r' })).toEqual({});
  expect(await refusal(iot('GetTopicRule', { ruleName: 'r' }))).toBe(
    "UnauthorizedException: Access to topic rule 'r' was denied",
  );
});

it.each([
  [
    'a name with a hyphen',
    'a-b',
    "SELECT * FROM 'a'",
    [],
    'InvalidRequestException: 1 validation error detected',
  ],
  ['an SQL text that selects nothing', 'r', 'UPDATE x', [], 'SqlParseException: '],
  [
    'a function that is no ARN',
    'r',
    "SELECT * FROM 'a'",
    [{ lambda: { functionArn: 'f' } }],
    'InvalidRequestException: Invalid function ARN: f',
  ],
])('%s is refused', async (_case, ruleName, sql, actions, text) => {
  const iot = fixture();
  const refused = await refusal(iot('CreateTopicRule', { ruleName, topicRulePayload: { sql, actions } }));
  expect(refused).toContain(text);
  expect((await iot('ListTopicRules', {})).rules).toEqual([]);
});

it('a second rule of the same name is refused', async () => {
  const iot = fixture();
  const input = { ruleName: 'r', topicRulePayload: { sql: "SELECT * FROM 'a'", actions: [] } };
  await iot('CreateTopicRule', input);
  expect(await refusal(iot('CreateTopicRule', input))).toMatch(/^ResourceAlreadyExistsException: /);
});
