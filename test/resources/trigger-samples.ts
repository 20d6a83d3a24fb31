// Declarations of every kind of trigger, and the sources that they need, for the conformance suite.
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateListenerCommand, CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateReceiptRuleSetCommand } from '@aws-sdk/client-ses';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import type { TriggerKindName, TriggerValues } from '../../src/config/triggers/all.ts';
import type { Step, World } from './samples.ts';

const here = (service: string) => `arn:aws:${service}:us-east-1:000000000000`;
const brokerQueue = {
  broker: `${here('mq')}:broker:orders:b-0123abcd-0123-4567-89ab-0123456789ab`,
  queues: ['incoming'],
  sourceAccessConfigurations: [
    { type: 'BASIC_AUTH' as const, uri: `${here('secretsmanager')}:secret:broker-a1b2c3` },
  ],
};
const topic = {
  selfManagedEventSource: { endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka.example.com:9092'] } },
  topics: ['incoming'],
  sourceAccessConfigurations: [
    { type: 'SASL_SCRAM_512_AUTH' as const, uri: `${here('secretsmanager')}:secret:kafka-a1b2c3` },
  ],
};

/** Two declarations of each kind of trigger, from the same source. NAME stands for the name of the function. */
const triggerDeclarations: { [Kind in TriggerKindName]: [TriggerValues[Kind], TriggerValues[Kind]] } = {
  s3: ['uploads-NAME', { bucket: 'uploads-NAME', prefix: 'incoming/' }],
  sqs: ['orders', { queue: 'orders', batchSize: 5, enabled: false }],
  sns: ['topic-NAME', { topic: 'topic-NAME', filterPolicy: { kind: ['refund'] } }],
  logs: ['/group/NAME', { logGroup: '/group/NAME', filterPattern: 'ERROR' }],
  event: [{ pattern: { source: ['shop'] } }, { pattern: { source: ['store'] }, input: { a: 1 } }],
  schedule: ['rate(5 minutes)', { expression: 'rate(1 hour)', enabled: false }],
  edge: [
    { distribution: 'E2QWRUHAPOMQZL', eventType: 'viewer-request' },
    { distribution: 'E2QWRUHAPOMQZL', eventType: 'viewer-request', includeBody: true },
  ],
  http: ['GET /NAME/{id}', { route: 'GET /NAME/{id}', timeoutInMillis: 5000 }],
  dynamodb: ['users', { table: 'users', maximumRetryAttempts: 3 }],
  kinesis: ['clicks', { stream: 'clicks', parallelizationFactor: 2 }],
  mq: [
    { ...brokerQueue, batchSize: 10 },
    { ...brokerQueue, batchSize: 20 },
  ],
  alb: [
    { listener: 'LISTENER', priority: 10, conditions: { path: '/NAME/*' } },
    {
      listener: 'LISTENER',
      priority: 10,
      conditions: { path: ['/NAME/*', '/NAME'], method: 'GET' },
      multiValueHeaders: true,
    },
  ],
  ses: [{ ruleSet: 'set-NAME' }, { ruleSet: 'set-NAME', recipients: ['example.org'], tlsPolicy: 'Require' }],
  // Ids are known only when the thing exists: POOL and LISTENER stand for them.
  cognito: [
    { userPool: 'POOL', triggers: ['preSignUp'] },
    { userPool: 'POOL', triggers: ['preSignUp', 'postConfirmation'] },
  ],
  iot: ["SELECT * FROM 'rooms/+/air'", { sql: "SELECT t FROM 'rooms/+/air'", enabled: false }],
  kafka: [topic, { ...topic, maximumBatchingWindowInSeconds: 3 }],
};

/** The ids of the user pools, and the ARNs of the listeners, by function. */
const pools = new Map<string, string>();
const listeners = new Map<string, string>();

/** It hangs on an alias only, which this suite does not make: see test/e2e/triggers/bindings. */
export const onAliasesOnly: ReadonlySet<TriggerKindName> = new Set(['edge']);

export function declaredFor(name: TriggerKindName, functionName: string, step: Step): unknown {
  const text = JSON.stringify(triggerDeclarations[name][step]).replaceAll('NAME', functionName);
  return JSON.parse(
    text
      .replaceAll('POOL', pools.get(functionName) ?? 'us-east-1_Unmade123')
      .replaceAll(
        'LISTENER',
        listeners.get(functionName) ?? `${here('elasticloadbalancing')}:listener/app/a/0a/0b`,
      ),
  );
}

/** Creates the source that a function's trigger has for itself. */
export const triggerSources: Partial<
  Record<TriggerKindName, (world: World, functionName: string) => Promise<unknown>>
> = {
  sns: async ({ aws }, name) => (await aws.sns()).send(new CreateTopicCommand({ Name: `topic-${name}` })),
  logs: async ({ aws }, name) => aws.logs.send(new CreateLogGroupCommand({ logGroupName: `/group/${name}` })),
  cognito: async ({ aws }, name) => {
    const { UserPool } = await (await aws.cognito()).send(new CreateUserPoolCommand({ PoolName: name }));
    pools.set(name, UserPool?.Id as string);
  },
  ses: async ({ aws }, name) =>
    (await aws.ses()).send(new CreateReceiptRuleSetCommand({ RuleSetName: `set-${name}` })),
  alb: async ({ aws }, name) => {
    const client = await aws.loadBalancing();
    const balancer = new CreateLoadBalancerCommand({ Name: name, Subnets: ['subnet-1', 'subnet-2'] });
    const { LoadBalancers = [] } = await client.send(balancer);
    const { Listeners = [] } = await client.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
    );
    listeners.set(name, Listeners[0]?.ListenerArn as string);
  },
  s3: async ({ aws }, name) => (await aws.s3()).send(new CreateBucketCommand({ Bucket: `uploads-${name}` })),
};
