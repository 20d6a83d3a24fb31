// Listeners of load balancers that forward to functions.
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientSettings } from '../../../support/local.ts';
import { triggerBench } from '../../../support/triggers/bench.ts';

let elb: ElasticLoadBalancingV2Client;
let listener: string;
const bench = triggerBench((env) => {
  elb = new ElasticLoadBalancingV2Client(clientSettings(env));
});
const notFound = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];

async function makeListener(name: string): Promise<string> {
  const balancer = new CreateLoadBalancerCommand({ Name: name, Subnets: ['subnet-1', 'subnet-2'] });
  const { LoadBalancers = [] } = await elb.send(balancer);
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(
    new CreateListenerCommand({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions: notFound }),
  );
  return Listeners[0]?.ListenerArn as string;
}
beforeEach(async () => {
  listener = await makeListener(bench.name);
});

const rules = async (ListenerArn = listener) =>
  ((await elb.send(new DescribeRulesCommand({ ListenerArn }))).Rules ?? []).filter(
    ({ IsDefault }) => !IsDefault,
  );
const groups = async () =>
  ((await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? []).filter(({ TargetGroupName }) =>
    TargetGroupName?.startsWith(`${bench.name}-`),
  );
const entry = (fields: string, at = listener) => `alb: { listener: "${at}", ${fields} }`;

describe('a listener', () => {
  it('forwards to the alias by a target group, and plans to zero', async () => {
    await bench.one([entry('priority: 10, conditions: { path: /users/* }')], 'aliases: { live: {} }\n');
    await bench.deploy();
    const [group, ...more] = await groups();
    expect(more).toEqual([]);
    expect(group).toMatchObject({ TargetGroupName: `${bench.name}-alb`, TargetType: 'lambda' });
    const TargetGroupArn = group?.TargetGroupArn;
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    expect(TargetHealthDescriptions).toMatchObject([{ Target: { Id: bench.arn(`${bench.name}:live`) } }]);
    expect(await rules()).toMatchObject([
      {
        Priority: '10',
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/users/*'] } }],
        Actions: [{ Type: 'forward', TargetGroupArn }],
      },
    ]);
    expect(await bench.statements('live')).toMatchObject([
      {
        Sid: `slsctl-alb-${bench.name}-alb`,
        Principal: { Service: 'elasticloadbalancing.amazonaws.com' },
        Condition: {
          ArnLike: {
            'AWS:SourceArn': `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${bench.name}-alb/*`,
          },
        },
      },
    ]);
    expect(await bench.differs()).toBe(false);
  });

  it('changes field by field', async () => {
    const plain = 'conditions: { path: /a }';
    await bench.one([entry(`priority: 1, ${plain}`)]);
    await bench.deploy();
    const rule = (await rules())[0]?.RuleArn;
    for (const fields of [
      `priority: 2, ${plain}`,
      'priority: 2, conditions: { path: [/a, /b], host: "*.example.org", method: [GET, POST] }',
      'priority: 2, conditions: { sourceIp: 10.0.0.0/8, header: { X-Team: [a, b] }, query: { v: "2", w: x } }',
      `priority: 2, ${plain}, healthCheck: { path: /health, intervalSeconds: 60, httpCode: 200-299 }`,
      `priority: 2, ${plain}, healthCheck: null`,
      `priority: 2, ${plain}, multiValueHeaders: true`,
      `priority: 2, ${plain}, multiValueHeaders: false`,
    ]) {
      await bench.one([entry(fields)]);
      expect([fields, await bench.differs()]).toEqual([fields, true]);
      await bench.deploy();
      expect([fields, await bench.differs()]).toEqual([fields, false]);
    }
    expect(await rules()).toMatchObject([{ RuleArn: rule, Priority: '2' }]);
    const [group] = await groups();
    expect(group).toMatchObject({ HealthCheckEnabled: false, HealthCheckPath: '/health' });
    const { TargetGroupArn } = group ?? {};
    const { Attributes } = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    expect(Attributes).toEqual([{ Key: 'lambda.multi_value_headers.enabled', Value: 'false' }]);
  });

  it('keeps the rules of others, and loses rule and group with the entry', async () => {
    const Conditions = [{ Field: 'path-pattern', Values: ['/theirs'] }];
    await elb.send(
      new CreateRuleCommand({ ListenerArn: listener, Priority: 5, Conditions, Actions: notFound }),
    );
    await bench.one([
      entry('priority: 6, conditions: { path: /a }'),
      entry('priority: 7, conditions: { path: /b }'),
    ]);
    await bench.deploy();
    expect((await rules()).map(({ Priority }) => Priority)).toEqual(['5', '6', '7']);
    await bench.one([entry('priority: 6, conditions: { path: /a }')]);
    await bench.deploy();
    expect((await rules()).map(({ Priority }) => Priority)).toEqual(['5', '6']);
    expect(await groups()).toHaveLength(1);
    const { stdout } = await bench.run('destroy', '--yes');
    expect(stdout).toContain('Nothing remains.');
    expect((await rules()).map(({ Priority }) => Priority)).toEqual(['5']);
    expect(await groups()).toEqual([]);
  });

  it('is left when the trigger moves to another one', async () => {
    await bench.one([entry('priority: 1, conditions: { path: /a }')]);
    await bench.deploy();
    const other = await makeListener(`${bench.name}x`);
    await bench.one([entry('priority: 1, conditions: { path: /a }', other)]);
    await bench.deploy();
    expect(await rules()).toEqual([]);
    expect(await rules(other)).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });

  it('is imported', async () => {
    await bench.one([
      entry('priority: 3, conditions: { path: /a, header: { X-A: b } }, multiValueHeaders: true'),
    ]);
    await bench.deploy();
    await bench.run('init', 'copy', '--from-function', bench.name);
    const plan = await bench.attempt('plan', '--exit-code', '--config', 'copy/slsctl.yml');
    expect(plan.stdout).toMatch(/= alb trigger .*\n.* it is as declared/);
  });
});

describe('refused before anything is changed', () => {
  it('a priority that another rule has', async () => {
    const Conditions = [{ Field: 'path-pattern', Values: ['/theirs'] }];
    await elb.send(
      new CreateRuleCommand({ ListenerArn: listener, Priority: 5, Conditions, Actions: notFound }),
    );
    await bench.one([entry('priority: 5, conditions: { path: /a }')]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(stderr).toContain('is 5, and the listener has another rule there');
    expect(code).toBe(2);
    expect(await groups()).toEqual([]);
  });

  it.each([
    ['one that is not there', 'us-east-1:000000000000', 'there is no such listener in us-east-1'],
    ['one of another region', 'eu-west-1:000000000000', 'is in eu-west-1 of account 000000000000'],
    ['one of another account', 'us-east-1:111111111111', 'is in us-east-1 of account 111111111111'],
  ])('%s', async (_case, place, text) => {
    const arn = `arn:aws:elasticloadbalancing:${place}:listener/app/gone/0a0a0a0a0a0a0a0a/0b0b0b0b0b0b0b0b`;
    await bench.one([entry('priority: 5, conditions: { path: /a }', arn)]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(stderr).toContain(text);
    expect(code).toBe(2);
  });

  it('no condition', async () => {
    await bench.one([entry('priority: 5, conditions: {}')]);
    const { code, stderr } = await bench.attempt('plan');
    expect(stderr).toContain('a rule of a listener needs one');
    expect(code).toBe(2);
  });
});
