// `slsctl policy`: with the policy for a purpose, its commands are allowed every call that they make, and no action in
// it goes unused. A proxy in front of the local AWS decides by the policy, as AWS does.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as table from '../../../src/resources/permissions/needs.ts';
import { startInProcess } from '../../local/in-process.ts';
import { createSources } from '../../support/fields/sources.ts';
import type { PolicyDocument } from '../../support/iam/policy.ts';
import { type IamProxy, iamProxy } from '../../support/iam/proxy.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { largeCode, largeProject } from '../../support/large.ts';
import { clientsOf, type LocalAws } from '../../support/local.ts';
import { folderWith, removeFolder, temporaryFolder } from '../../support/project.ts';

let aws: LocalAws;
let proxy: IamProxy;
beforeAll(async () => {
  aws = await startInProcess();
  proxy = await iamProxy(aws.endpoint);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = aws.env;
  const settings = {
    region: 'us-east-1',
    endpoint: aws.endpoint,
    credentials: { accessKeyId: `${AWS_ACCESS_KEY_ID}`, secretAccessKey: `${AWS_SECRET_ACCESS_KEY}` },
  };
  await createSources(aws.env, {
    queues: ['full-orders'],
    tables: ['full-users'],
    streams: ['full-clicks'],
  });
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'full-uploads' }));
  await new SNSClient(settings).send(new CreateTopicCommand({ Name: 'full-topic' }));
  const { logs } = await clientsOf(aws.env);
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/full/source' }));
  await new SSMClient(settings).send(
    new PutParameterCommand({ Name: '/full/table', Type: 'String', Value: 'users' }),
  );
  await new SecretsManagerClient(settings).send(
    new CreateSecretCommand({ Name: 'full', SecretString: 'secret' }),
  );
});
afterEach(() => {
  proxy.policy = undefined;
  proxy.take();
  proxy.denied();
});
afterAll(async () => {
  await proxy.close();
  await aws.stop();
});

const small = (project: string) => `project: ${project}
functions:
  ${project}: { runtime: nodejs22.x, handler: index.handler }
`;

const managed = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const full = `project: full
functions:
  full:
    runtime: nodejs22.x
    handler: index.handler
    url: { authType: NONE }
    aliases: { live: { provisionedConcurrentExecutions: null } }
    layers: [shared]
    reservedConcurrentExecutions: 5
    permissions: { s3: { principal: s3.amazonaws.com, sourceArn: "arn:aws:s3:::b" } }
    logRetentionInDays: 7
    policies: [${managed}]
    statements: [{ Effect: Allow, Action: "s3:GetObject", Resource: "*" }]
    permissionsBoundary: ${managed}
    recursiveLoop: Allow
    runtimeManagementConfig: { updateRuntimeOn: FunctionUpdate }
    eventInvokeConfig: { maximumRetryAttempts: 1 }
    tags: { team: one }
    triggers:
      - s3: full-uploads
      - sns: full-topic
      - logs: /full/source
      - event: { pattern: { source: [a] } }
      - schedule: rate(5 minutes)
      - schedule: rate(1 day)
    environment: { TABLE: "\${ssm:/full/table}", TOKEN: "\${secret:full}" }
  plain:
    runtime: nodejs22.x
    handler: index.handler
    triggers: [{ sqs: full-orders }, { dynamodb: full-users }, { kinesis: full-clicks }]
layers:
  shared: { path: layer }
`;
/** The same with other values. */
const changed = full
  .replace('authType: NONE', 'authType: AWS_IAM')
  .replace('Executions: null', 'Executions: 1')
  .replace('Executions: 5', 'Executions: 6')
  .replace('s3: full-uploads', 's3: { bucket: full-uploads, prefix: a/ }')
  .replace('sqs: full-orders', 'sqs: { queue: full-orders, batchSize: 5 }')
  .replace('sns: full-topic', 'sns: { topic: full-topic, filterPolicy: { a: [b] } }')
  .replace('source: [a]', 'source: [b]')
  .replace('      - schedule: rate(1 day)\n', '')
  .replace('rate(5 minutes)', 'rate(6 minutes)')
  .replace('{ team: one }', '{ group: two }')
  .replace('InDays: 7', 'InDays: null');
/** The same with the fields removed, and one function. */
const bare = `project: full
functions:
  full:
    runtime: nodejs22.x
    handler: index.handler
    url: null
    aliases: null
    tags: null
    reservedConcurrentExecutions: null
    permissionsBoundary: null
    permissions: null
    recursiveLoop: null
    runtimeManagementConfig: null
    eventInvokeConfig: null
    triggers: null
    policies: null
`;

interface Step {
  args: string[];
  config?: string;
  /** Changes the code and the layer. */
  code?: string;
  exit?: number;
}

/** Runs the steps with the policy in force. Resolves with the actions that were asked for. */
async function allowed(cwd: string, document: PolicyDocument, steps: readonly Step[]): Promise<Set<string>> {
  proxy.take();
  proxy.policy = document;
  for (const { args, config, code, exit } of steps) {
    if (config !== undefined) await writeFile(join(cwd, 'slsctl.yml'), config);
    if (code !== undefined) await writeCode(cwd, code);
    const ran = await slsctl(args, { cwd, env: env() });
    expect(proxy.denied(), `${args.join(' ')}\n${ran.stderr}`).toEqual([]);
    expect(ran.code, `${args.join(' ')}\n${ran.stderr}`).toBe(exit ?? 0);
  }
  proxy.policy = undefined;
  return new Set(proxy.take().map(({ action }) => action));
}

const env = () => ({ ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint });

/** As somebody does at the console. */
async function changeTrust(RoleName: string): Promise<void> {
  const { iam } = await clientsOf(aws.env);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'edgelambda.amazonaws.com' } },
    ],
  });
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
}

async function writeCode(cwd: string, code: string): Promise<void> {
  await writeFile(join(cwd, 'index.js'), `exports.handler = async () => ${JSON.stringify(code)};\n`);
  const modules = join(cwd, 'layer', 'nodejs', 'node_modules');
  await mkdir(modules, { recursive: true });
  await writeFile(join(modules, 'shared.js'), `exports.code = ${JSON.stringify(code)};\n`);
}

async function project(config: string): Promise<string> {
  const cwd = await folderWith({ 'slsctl.yml': config });
  await writeCode(cwd, 'first');
  return cwd;
}

async function policyOf(cwd: string, purpose?: string, more: string[] = []): Promise<PolicyDocument> {
  const args = ['policy', ...(purpose ? ['--for', purpose] : []), ...more];
  const { stdout } = await expectSlsctl(args, { cwd, env: { AWS_REGION: 'us-east-1' } });
  return JSON.parse(stdout);
}

const actionsOf = ({ Statement }: PolicyDocument) =>
  [...new Set(Statement.flatMap(({ Action }) => Action))].sort();

/** Actions that AWS checks for the caller without a call of slsctl, or that only a race makes it call. */
const withReason = new Set(
  (Object.values(table).filter(Array.isArray) as table.Need<never>[][])
    .flat()
    .filter((need) => need.why)
    .flatMap(({ service, actions }) => actions.map((action) => `${service}:${action}`)),
);

/** The actions of the policy that no step asked for. */
const unused = (document: PolicyDocument, used: ReadonlySet<string>) =>
  actionsOf(document).filter((action) => !used.has(action) && !withReason.has(action));

describe('with the printed policy', () => {
  it('a small project is planned, deployed, changed and destroyed', async () => {
    const cwd = await project(small('little'));
    const reads = await policyOf(cwd, 'read');
    const deploys = await policyOf(cwd, 'deploy');
    const destroys = await policyOf(cwd, 'destroy');
    const codes = await policyOf(cwd, 'code-only');
    const read = [{ args: ['plan'] }, { args: ['status'] }, { args: ['list'] }];
    const used = await allowed(cwd, reads, read);
    for (const action of await allowed(cwd, deploys, [{ args: ['deploy', '--yes'] }])) used.add(action);
    for (const action of await allowed(cwd, reads, read)) used.add(action);
    expect(unused(reads, used)).toEqual([]);
    const code = await allowed(cwd, codes, [{ args: ['deploy', '--code-only'], code: 'second' }]);
    // An alias of this function would be moved.
    expect(unused(codes, code)).toEqual(['lambda:ListAliases']);
    const destroyed = await allowed(cwd, destroys, [{ args: ['destroy', '--yes'] }]);
    expect(unused(destroys, destroyed)).toEqual(['iam:DeleteRolePolicy']);
  });

  it('every feature is deployed, changed, removed and destroyed', async () => {
    const cwd = await project(full);
    const deploys = await policyOf(cwd, 'deploy');
    const codes = await policyOf(cwd, 'code-only');
    const reads = await policyOf(cwd, 'read');
    const destroys = await policyOf(cwd, 'destroy');
    const used = await allowed(cwd, deploys, [
      { args: ['plan'] },
      { args: ['deploy', '--yes'] },
      { args: ['deploy', '--yes'], config: changed, code: 'second' },
      { args: ['deploy', '--yes'], config: full },
      { args: ['deploy', 'full', '--yes', '--canary', '50%', '--bake', '1s'], code: 'third' },
    ]);
    const read = await allowed(cwd, reads, [{ args: ['plan'] }, { args: ['status'] }, { args: ['list'] }]);
    expect(unused(reads, read)).toEqual([]);
    const code = await allowed(cwd, codes, [{ args: ['deploy', '--code-only'], code: 'fourth' }]);
    await expectSlsctl(['rollback', 'full', '--yes'], { cwd, env: env() });
    for (const action of await allowed(cwd, codes, [{ args: ['deploy', '--code-only'] }])) code.add(action);
    expect(unused(codes, code)).toEqual([]);
    await expectSlsctl(['rollback', 'full', '--yes'], { cwd, env: env() });
    await changeTrust('full-us-east-1');
    for (const action of await allowed(cwd, deploys, [
      { args: ['deploy', '--yes'] },
      { args: ['deploy', '--yes', '--prune'], config: bare },
      { args: ['deploy', '--yes'], config: full },
    ])) {
      used.add(action);
    }
    expect(unused(deploys, used)).toEqual([]);
    const destroyed = await allowed(cwd, destroys, [{ args: ['destroy', '--yes'] }]);
    expect(unused(destroys, destroyed)).toEqual([]);
  });

  it('the other commands of the project are allowed by the policy without --for', async () => {
    const cwd = await project(small('used').replace('index.handler', 'index.handler, aliases: { live: {} }'));
    const document = await policyOf(cwd);
    await allowed(cwd, document, [
      { args: ['deploy', '--yes'] },
      { args: ['deploy', '--yes'], code: 'second' },
      { args: ['invoke'] },
      { args: ['logs'] },
      { args: ['versions'] },
      { args: ['versions', '--publish'] },
      { args: ['alias', 'list'] },
      { args: ['alias', 'set', 'extra', '--version', '1'] },
      { args: ['alias', 'delete', 'extra', '--yes'] },
      { args: ['rollback', '--yes'] },
      { args: ['env', 'set', 'STAGE=one'] },
      { args: ['env', 'list'] },
      { args: ['env', 'unset', 'STAGE'] },
      { args: ['role', 'show'] },
      { args: ['concurrency', 'show'] },
      { args: ['concurrency', 'set', '--reserved', '5'] },
      { args: ['layer', 'list'] },
      { args: ['list', '--orphans'] },
      { args: ['destroy', '--yes'] },
    ]);
  });

  it('--uploads allows a package above 50 MB', async () => {
    const folder = await temporaryFolder('policy');
    onTestFinished(() => removeFolder(folder));
    await largeCode(join(folder, 'large', 'code'));
    const cwd = await largeProject(join(folder, 'large'), 'large', 'code');
    const deploys = await policyOf(cwd, 'deploy', ['--uploads']);
    const destroys = await policyOf(cwd, 'destroy', ['--uploads']);
    await allowed(cwd, deploys, [{ args: ['deploy', '--yes'] }, { args: ['plan'] }]);
    await allowed(cwd, destroys, [{ args: ['destroy', '--yes'] }]);
  });
});

describe('the printed policy', () => {
  it('names the resources of the stage, account and region of slsctl.yml, and what it refers to', async () => {
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api:1';
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/1';
    const cwd = await folderWith({
      'slsctl.yml': `project: shop
region: eu-west-1
allowedAccounts: ["123456789012"]
bucket: zips
functions:
  api: { image: "${image}", role: "arn:aws:iam::123456789012:role/given" }
  work:
    runtime: nodejs22.x
    handler: index.handler
    kmsKeyArn: ${key}
    layers: ["arn:aws:lambda:eu-west-1:999999999999:layer:theirs:3"]
    environment: { TABLE: "\${ssm:/shop/\${stage}/table:2}", TOKEN: "\${secret:shop/token#key}" }
stages: { prod: {} }
`,
      'index.js': 'exports.handler = async () => 1;',
    });
    const { stdout, stderr } = await expectSlsctl(['policy', '--stage', 'prod'], { cwd, env: {} });
    const { Statement } = JSON.parse(stdout) as PolicyDocument;
    const on = Object.fromEntries(Statement.map(({ Sid = '', Resource }) => [Sid, Resource]));
    const arn = (text: string) => `arn:aws:${text.replace(':', ':eu-west-1:123456789012:')}`;
    expect(on).toMatchObject({
      Functions: ['api-prod', 'api-prod:*', 'work-prod', 'work-prod:*'].map((name) =>
        arn(`lambda:function:${name}`),
      ),
      Roles: [
        'arn:aws:iam::123456789012:role/slsctl/shop/work-prod-eu-west-1',
        'arn:aws:iam::123456789012:role/work-prod-eu-west-1',
      ],
      GivenRoles: ['arn:aws:iam::123456789012:role/given'],
      PassRoles: [
        'arn:aws:iam::123456789012:role/slsctl/shop/work-prod-eu-west-1',
        'arn:aws:iam::123456789012:role/given',
      ],
      GivenLayers: ['arn:aws:lambda:eu-west-1:999999999999:layer:theirs:3'],
      Keys: [key],
      Images: [arn('ecr:repository/team/api')],
      Parameters: [arn('ssm:parameter/shop/prod/table')],
      Secrets: [arn('secretsmanager:secret:shop/token-??????')],
      Bucket: ['arn:aws:s3:::zips'],
      Uploads: ['arn:aws:s3:::zips/slsctl/stages/shop/prod/*'],
    });
    expect(stderr).toBe('');
  });

  it('has the names of other partitions, and a JSON form with its purpose', async () => {
    const cwd = await project(small('hello'));
    const env = { AWS_REGION: 'cn-north-1' };
    const { stdout } = await expectSlsctl(['policy', '--for', 'read', '-o', 'json'], { cwd, env });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ for: 'read', target: { region: 'cn-north-1' } });
    expect(answer.policy.Statement[0].Resource[0]).toBe('arn:aws-cn:lambda:cn-north-1:*:function:hello');
    expect(JSON.stringify(answer.policy)).not.toContain('arn:aws:');
  });

  it('is refused for a purpose that does not exist', async () => {
    const cwd = await project(small('hello'));
    const ran = await slsctl(['policy', '--for', 'fun'], { cwd, env: { AWS_REGION: 'us-east-1' } });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('read, code-only, deploy, destroy');
  });
});
