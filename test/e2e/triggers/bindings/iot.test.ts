// Rules of AWS IoT that call functions.
import {
  CreateTopicRuleCommand,
  GetTopicRuleCommand,
  IoTClient,
  ListTopicRulesCommand,
  ReplaceTopicRuleCommand,
} from '@aws-sdk/client-iot';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../../support/local.ts';
import { triggerBench } from '../../../support/triggers/bench.ts';

let iot: IoTClient;
const bench = triggerBench((env) => {
  iot = new IoTClient(clientSettings(env));
});
const rule = async (ruleName = `${bench.name}_iot`) =>
  (await iot.send(new GetTopicRuleCommand({ ruleName }))).rule;
const names = async () =>
  ((await iot.send(new ListTopicRulesCommand({}))).rules ?? [])
    .map(({ ruleName = '' }) => ruleName)
    .filter((name) => name.startsWith(bench.name));

describe('a rule of IoT', () => {
  it('calls the alias, and plans to zero', async () => {
    await bench.one([`iot: "SELECT * FROM 'rooms/+/air'"`], 'aliases: { live: {} }\n');
    await bench.deploy();
    expect(await rule()).toMatchObject({
      sql: "SELECT * FROM 'rooms/+/air'",
      actions: [{ lambda: { functionArn: bench.arn(`${bench.name}:live`) } }],
      ruleDisabled: false,
      awsIotSqlVersion: '2016-03-23',
    });
    expect(await bench.statements('live')).toMatchObject([
      {
        Sid: `slsctl-iot-${bench.name}_iot`,
        Principal: { Service: 'iot.amazonaws.com' },
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '000000000000' },
          ArnLike: { 'AWS:SourceArn': `arn:aws:iot:us-east-1:000000000000:rule/${bench.name}_iot` },
        },
      },
    ]);
    expect(await bench.differs()).toBe(false);
  });

  it('changes field by field, and keeps the actions of others', async () => {
    const sql = `"SELECT * FROM 'a'"`;
    await bench.one([`iot: ${sql}`]);
    await bench.deploy();
    const { createdAt: _, ruleName: __, ...live } = (await rule()) ?? {};
    const other = { lambda: { functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:other' } };
    const topicRulePayload = { sql: '', ...live, actions: [...(live.actions ?? []), other] };
    await iot.send(new ReplaceTopicRuleCommand({ ruleName: `${bench.name}_iot`, topicRulePayload }));
    for (const [entry, member] of [
      [`{ sql: "SELECT t FROM 'a'" }`, { sql: "SELECT t FROM 'a'" }],
      [`{ sql: ${sql}, description: hot }`, { description: 'hot' }],
      [`{ sql: ${sql}, enabled: false }`, { description: 'hot', ruleDisabled: true }],
      [`{ sql: ${sql}, enabled: true, description: null }`, { ruleDisabled: false }],
      [`{ sql: ${sql}, awsIotSqlVersion: "2015-10-08" }`, { awsIotSqlVersion: '2015-10-08' }],
    ] as const) {
      await bench.one([`iot: ${entry}`]);
      expect(await bench.differs()).toBe(true);
      await bench.deploy();
      const now = await rule();
      expect(now).toMatchObject(member);
      expect(now?.actions).toHaveLength(2);
      expect(await bench.differs()).toBe(false);
    }
    await bench.one([]);
    await bench.deploy();
    expect((await rule())?.actions).toEqual([other]);
  });

  it('is removed with its entry, and with the project', async () => {
    const entries = [`iot: "SELECT * FROM 'a'"`, `iot: { sql: "SELECT * FROM 'b'", name: ${bench.name}own }`];
    await bench.one(entries);
    await bench.deploy();
    expect((await names()).sort()).toEqual([`${bench.name}_iot`, `${bench.name}own`]);
    await bench.one(entries.slice(0, 1));
    await bench.deploy();
    expect(await names()).toEqual([`${bench.name}_iot`]);
    const { stdout } = await bench.run('destroy', '--yes');
    expect(stdout).toContain('Nothing remains.');
    expect(await names()).toEqual([]);
  });

  it('of somebody else with other settings is refused', async () => {
    const ruleName = `${bench.name}shared`;
    const topicRulePayload = { sql: "SELECT * FROM 'theirs'", actions: [] };
    await iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload }));
    await bench.one([`iot: { sql: "SELECT * FROM 'ours'", name: ${ruleName} }`]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(stderr).toContain('it was not made by slsctl');
    expect(code).toBe(2);
    expect((await rule(ruleName))?.sql).toBe("SELECT * FROM 'theirs'");
  });

  it('without an SQL statement is refused with its line', async () => {
    await bench.one(['iot: rooms/air']);
    const { code, stderr } = await bench.attempt('plan');
    expect(stderr).toMatch(/slsctl\.yml:\d+:\d+/);
    expect(code).toBe(2);
  });
});
