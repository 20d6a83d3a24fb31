// Receipt rules of SES that call functions.
import {
  CreateReceiptRuleCommand,
  CreateReceiptRuleSetCommand,
  DescribeReceiptRuleSetCommand,
  type ReceiptRule,
  SESClient,
} from '@aws-sdk/client-ses';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientSettings } from '../../../support/local.ts';
import { triggerBench } from '../../../support/triggers/bench.ts';

let ses: SESClient;
let set: string;
const bench = triggerBench((env) => {
  ses = new SESClient(clientSettings(env));
});
beforeEach(async () => {
  set = `set-${bench.name}`;
  await ses.send(new CreateReceiptRuleSetCommand({ RuleSetName: set }));
});
const rules = async () =>
  (await ses.send(new DescribeReceiptRuleSetCommand({ RuleSetName: set }))).Rules ?? [];
const addRule = (Rule: ReceiptRule) => ses.send(new CreateReceiptRuleCommand({ RuleSetName: set, Rule }));

describe('a receipt rule', () => {
  it('calls the alias, and plans to zero; the plan says that its set is not active', async () => {
    await bench.one([`ses: { ruleSet: ${set}, recipients: [example.org] }`], 'aliases: { live: {} }\n');
    await bench.deploy();
    const [rule, ...more] = await rules();
    expect(more).toEqual([]);
    expect(rule).toEqual({
      Name: `${bench.name}-ses`,
      Enabled: true,
      TlsPolicy: 'Optional',
      ScanEnabled: false,
      Recipients: ['example.org'],
      Actions: [{ LambdaAction: { FunctionArn: bench.arn(`${bench.name}:live`), InvocationType: 'Event' } }],
    });
    expect(await bench.statements('live')).toMatchObject([
      {
        Principal: { Service: 'ses.amazonaws.com' },
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '000000000000' },
          ArnLike: {
            'AWS:SourceArn': `arn:aws:ses:us-east-1:000000000000:receipt-rule-set/${set}:receipt-rule/${bench.name}-ses`,
          },
        },
      },
    ]);
    expect(await bench.differs()).toBe(false);
    expect((await bench.run('plan')).stdout).toContain(`receipt rule set ${set} is not the active one`);
  });

  it('changes field by field', async () => {
    await bench.one([`ses: { ruleSet: ${set} }`]);
    await bench.deploy();
    for (const [field, member] of [
      ['recipients: [a@example.org]', { Recipients: ['a@example.org'] }],
      ['enabled: false', { Enabled: false }],
      ['tlsPolicy: Require', { TlsPolicy: 'Require' }],
      ['scanEnabled: true', { ScanEnabled: true }],
    ] as const) {
      await bench.one([`ses: { ruleSet: ${set}, ${field} }`]);
      expect(await bench.differs()).toBe(true);
      await bench.deploy();
      expect((await rules())[0]).toMatchObject(member);
      expect(await bench.differs()).toBe(false);
    }
    await bench.one([`ses: { ruleSet: ${set}, invocationType: RequestResponse }`]);
    await bench.deploy();
    expect((await rules())[0]?.Actions?.[0]?.LambdaAction?.InvocationType).toBe('RequestResponse');
  });

  it('of somebody else gets one more action, and keeps its own after the removal', async () => {
    const stop = { StopAction: { Scope: 'RuleSet' as const } };
    await addRule({ Name: 'first', Enabled: true, Recipients: ['example.org'], Actions: [stop] });
    await bench.one([`ses: { ruleSet: ${set}, rule: first }`]);
    await bench.deploy();
    const LambdaAction = { FunctionArn: bench.arn(), InvocationType: 'Event' };
    expect(await rules()).toMatchObject([
      { Name: 'first', Recipients: ['example.org'], Actions: [stop, { LambdaAction }] },
    ]);
    await bench.run('destroy', '--yes');
    expect(await rules()).toMatchObject([{ Name: 'first', Recipients: ['example.org'], Actions: [stop] }]);
  });

  it('comes after the one that the entry names, and goes with its entry', async () => {
    await addRule({ Name: 'b' });
    await addRule({ Name: 'a' });
    await bench.one([`ses: { ruleSet: ${set}, after: a }`]);
    await bench.deploy();
    expect((await rules()).map(({ Name }) => Name)).toEqual(['a', `${bench.name}-ses`, 'b']);
    await bench.one([]);
    await bench.deploy();
    expect((await rules()).map(({ Name }) => Name)).toEqual(['a', 'b']);
    expect(await bench.statements()).toEqual([]);
  });

  it.each([
    [
      'a set that is not there',
      'ses: { ruleSet: nowhere }',
      'there is no such receipt rule set in us-east-1',
    ],
    ['a rule before it that is not there', 'ses: { ruleSet: SET, after: gone }', 'SET has no such rule'],
  ])('%s is refused before anything is changed', async (_case, entry, text) => {
    await bench.one([entry.replace('SET', set)]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(stderr).toContain(text.replace('SET', set));
    expect(code).toBe(2);
  });
});
