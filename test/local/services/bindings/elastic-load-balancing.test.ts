// Load balancers: target groups with a function, rules of listeners, and permissions.
import { expect, it } from 'vitest';
import type { Faces } from '../../../../src/local/faces.ts';
import { createElasticLoadBalancingService } from '../../../../src/local/services/elasticloadbalancing/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const functionArn = `arn:aws:lambda:eu-central-1:${account}:function:f`;
const refusal = (promise: Promise<unknown>) =>
  promise.catch((error: Error) => `${error.name}: ${error.message}`);

async function fixture() {
  const permitted = new Set<string>();
  const functions = {
    accepts: (_arn: string, { sourceArn }: { sourceArn: string }) => permitted.has(sourceArn),
  } as unknown as Faces['functions'];
  const elb = callerOf(alone(createElasticLoadBalancingService, {}, { functions }));
  const { LoadBalancers = [] } = await elb('CreateLoadBalancer', {
    Name: 'shop',
    Subnets: ['subnet-1', 'subnet-2'],
  });
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn as string;
  const { Listeners = [] } = await elb('CreateListener', {
    LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  const { TargetGroups = [] } = await elb('CreateTargetGroup', { Name: 'api', TargetType: 'lambda' });
  return {
    elb,
    permitted,
    LoadBalancerArn,
    ListenerArn: Listeners[0]?.ListenerArn as string,
    TargetGroupArn: TargetGroups[0]?.TargetGroupArn as string,
  };
}

const path = (Values: string[]) => [{ Field: 'path-pattern', PathPatternConfig: { Values } }];

it('a target group of a function has AWS’s defaults, and no protocol', async () => {
  const { elb, TargetGroupArn } = await fixture();
  expect((await elb('DescribeTargetGroups', { Names: ['api'] })).TargetGroups).toEqual([
    {
      TargetGroupArn,
      TargetGroupName: 'api',
      TargetType: 'lambda',
      HealthCheckEnabled: false,
      HealthCheckIntervalSeconds: 35,
      HealthCheckTimeoutSeconds: 30,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
      LoadBalancerArns: [],
      IpAddressType: 'ipv4',
    },
  ]);
  const again = await elb('CreateTargetGroup', { Name: 'api', TargetType: 'lambda' });
  expect(again.TargetGroups?.[0]?.TargetGroupArn).toBe(TargetGroupArn);
  const other = elb('CreateTargetGroup', { Name: 'api', TargetType: 'lambda', HealthCheckEnabled: true });
  expect(await refusal(other)).toMatch(/^DuplicateTargetGroupNameException: /);
});

it('a function is registered once the load balancer may call it; a group takes one', async () => {
  const { elb, TargetGroupArn, permitted } = await fixture();
  const register = (Id: string) => elb('RegisterTargets', { TargetGroupArn, Targets: [{ Id }] });
  expect(await refusal(register(functionArn))).toBe(
    `AccessDenied: elasticloadbalancing principal does not have permission to invoke ${functionArn} from target group ${TargetGroupArn}`,
  );
  permitted.add(TargetGroupArn);
  await register(functionArn);
  await register(functionArn);
  expect(await refusal(register(`${functionArn}2`))).toMatch(/^ValidationError: Only one target/);
  const { TargetHealthDescriptions } = await elb('DescribeTargetHealth', { TargetGroupArn });
  expect(TargetHealthDescriptions).toEqual([
    {
      Target: { Id: functionArn, AvailabilityZone: 'all' },
      TargetHealth: expect.objectContaining({ State: 'unused', Reason: 'Target.NotInUse' }),
    },
  ]);
  await elb('DeregisterTargets', { TargetGroupArn, Targets: [{ Id: functionArn }] });
  expect((await elb('DescribeTargetHealth', { TargetGroupArn })).TargetHealthDescriptions).toEqual([]);
});

it('a rule forwards to the group, in the order of priorities', async () => {
  const { elb, ListenerArn, LoadBalancerArn, TargetGroupArn } = await fixture();
  const create = (Priority: number, Values: string[]) =>
    elb('CreateRule', {
      ListenerArn,
      Priority,
      Conditions: path(Values),
      Actions: [{ Type: 'forward', TargetGroupArn }],
    });
  await create(20, ['/b']);
  const { Rules: [first] = [] } = await create(10, ['/a', '/a/*']);
  expect(first).toEqual({
    RuleArn: expect.stringMatching(/:listener-rule\/app\/shop\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}$/),
    Priority: '10',
    Conditions: [
      { Field: 'path-pattern', Values: ['/a', '/a/*'], PathPatternConfig: { Values: ['/a', '/a/*'] } },
    ],
    Actions: [
      {
        Type: 'forward',
        TargetGroupArn,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn, Weight: 1 }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
    IsDefault: false,
  });
  const priorities = async () =>
    (await elb('DescribeRules', { ListenerArn })).Rules?.map(({ Priority }) => Priority);
  expect(await priorities()).toEqual(['10', '20', 'default']);
  expect(await refusal(create(10, ['/c']))).toBe("PriorityInUseException: Priority '10' is currently in use");
  await elb('SetRulePriorities', { RulePriorities: [{ RuleArn: first?.RuleArn, Priority: 30 }] });
  expect(await priorities()).toEqual(['20', '30', 'default']);
  const { TargetGroups } = await elb('DescribeTargetGroups', { TargetGroupArns: [TargetGroupArn] });
  expect(TargetGroups?.[0]?.LoadBalancerArns).toEqual([LoadBalancerArn]);
  expect(await refusal(elb('DeleteTargetGroup', { TargetGroupArn }))).toMatch(/^ResourceInUseException: /);
  for (const { RuleArn, IsDefault } of (await elb('DescribeRules', { ListenerArn })).Rules ?? []) {
    if (IsDefault) expect(await refusal(elb('DeleteRule', { RuleArn }))).toMatch(/^OperationNotPermitted/);
    else await elb('DeleteRule', { RuleArn });
  }
  await elb('DeleteTargetGroup', { TargetGroupArn });
  expect(await refusal(elb('DescribeTargetGroups', { Names: ['api'] }))).toBe(
    'TargetGroupNotFoundException: One or more target groups not found',
  );
});

it('the attribute of multi-value headers is read and set', async () => {
  const { elb, TargetGroupArn } = await fixture();
  const Key = 'lambda.multi_value_headers.enabled';
  expect(await elb('DescribeTargetGroupAttributes', { TargetGroupArn })).toEqual({
    Attributes: [{ Key, Value: 'false' }],
  });
  await elb('ModifyTargetGroupAttributes', { TargetGroupArn, Attributes: [{ Key, Value: 'true' }] });
  expect(await elb('DescribeTargetGroupAttributes', { TargetGroupArn })).toEqual({
    Attributes: [{ Key, Value: 'true' }],
  });
});

it('tags of each kind of resource are set, removed and described', async () => {
  const { elb, ...arns } = await fixture();
  for (const arn of [arns.LoadBalancerArn, arns.ListenerArn, arns.TargetGroupArn]) {
    await elb('AddTags', {
      ResourceArns: [arn],
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await elb('RemoveTags', { ResourceArns: [arn], TagKeys: ['a'] });
    expect(await elb('DescribeTags', { ResourceArns: [arn] })).toEqual({
      TagDescriptions: [{ ResourceArn: arn, Tags: [{ Key: 'b', Value: '2' }] }],
    });
  }
});

it('listeners and rules go with their load balancer', async () => {
  const { elb, LoadBalancerArn, ListenerArn } = await fixture();
  await elb('DeleteLoadBalancer', { LoadBalancerArn });
  expect(await refusal(elb('DescribeListeners', { ListenerArns: [ListenerArn] }))).toBe(
    'ListenerNotFoundException: One or more listeners not found',
  );
  expect(await refusal(elb('DescribeLoadBalancers', { Names: ['shop'] }))).toBe(
    "LoadBalancerNotFoundException: Load balancers '[shop]' not found",
  );
});
