// Runs the commands that `--explain` prints in the real `aws` CLI: AWS gets the same requests as from the SDK.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { createAws } from '../../src/aws/create.ts';
import { awsCli } from '../support/tools.ts';
import { type Recorded, type RecordingServer, recordingServer } from './recorder.ts';

const cli = await awsCli();
const execute = promisify(execFile);
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
// An empty zip archive: the CLI looks whether it is one.
const emptyZip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:greeter';
const variables = { TABLE_NAME: 'my-users', QUOTED: 'a "b"\\ \'c\' $HOME `x`\nü\t', EMPTY: '' };
const zip = new Uint8Array(emptyZip);

const cases: Record<string, (aws: Aws) => Promise<unknown>> = {
  CreateRole: ({ iam: client }) =>
    client.send(
      new iam.CreateRoleCommand({
        RoleName: 'greeter',
        Path: '/slsctl/hello/',
        AssumeRolePolicyDocument: trust,
        Description: "the greeter's role",
        MaxSessionDuration: 3600,
        Tags: [
          { Key: 'slsctl:project', Value: 'hello' },
          { Key: 'empty', Value: '' },
        ],
      }),
    ),
  GetRole: ({ iam: client }) => client.send(new iam.GetRoleCommand({ RoleName: 'greeter' })),
  AttachRolePolicy: ({ iam: client }) =>
    client.send(
      new iam.AttachRolePolicyCommand({
        RoleName: 'greeter',
        PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      }),
    ),
  PutRolePolicy: ({ iam: client }) =>
    client.send(
      new iam.PutRolePolicyCommand({ RoleName: 'greeter', PolicyName: 'p', PolicyDocument: trust }),
    ),
  TagRole: ({ iam: client }) =>
    client.send(new iam.TagRoleCommand({ RoleName: 'greeter', Tags: [{ Key: 'a b', Value: '=,:;' }] })),
  UntagRole: ({ iam: client }) =>
    client.send(new iam.UntagRoleCommand({ RoleName: 'greeter', TagKeys: ['a b', 'c'] })),
  ListRoles: ({ iam: client }) =>
    client.send(new iam.ListRolesCommand({ PathPrefix: '/slsctl/', MaxItems: 7 })),
  ListRolesNextPage: ({ iam: client }) =>
    client.send(new iam.ListRolesCommand({ Marker: 'next', MaxItems: 7 })),
  CreateFunction: ({ lambda: client }) =>
    client.send(
      new lambda.CreateFunctionCommand({
        FunctionName: 'greeter',
        Role: 'arn:aws:iam::123456789012:role/slsctl/hello/greeter',
        Runtime: 'python3.12',
        Handler: 'lambda_function.handler',
        Code: { ZipFile: zip },
        Description: '-- says "hello" & more; é',
        Timeout: 30,
        MemorySize: 256,
        Publish: false,
        Environment: { Variables: variables },
        Layers: [
          'arn:aws:lambda:us-east-1:123456789012:layer:a:1',
          'arn:aws:lambda:us-east-1:123456789012:layer:b:2',
        ],
        Architectures: ['arm64'],
        EphemeralStorage: { Size: 1024 },
        TracingConfig: { Mode: 'Active' },
        VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
        Tags: { 'slsctl:project': 'hello', 'slsctl:stage': 'prod' },
      }),
    ),
  UpdateFunctionConfiguration: ({ lambda: client }) =>
    client.send(
      new lambda.UpdateFunctionConfigurationCommand({
        FunctionName: 'greeter',
        Description: '',
        Timeout: 5,
        Layers: [],
        Environment: { Variables: { TABLE_NAME: 'my-users' } },
        RevisionId: '00000000-0000-0000-0000-000000000001',
      }),
    ),
  UpdateFunctionConfigurationWithAFileName: ({ lambda: client }) =>
    client.send(
      new lambda.UpdateFunctionConfigurationCommand({
        FunctionName: 'greeter',
        Description: 'file://nowhere',
      }),
    ),
  UpdateFunctionCode: ({ lambda: client }) =>
    client.send(
      new lambda.UpdateFunctionCodeCommand({
        FunctionName: 'greeter',
        ZipFile: zip,
        Architectures: ['x86_64'],
        Publish: true,
      }),
    ),
  GetFunction: ({ lambda: client }) =>
    client.send(new lambda.GetFunctionCommand({ FunctionName: 'greeter', Qualifier: '$LATEST' })),
  ListFunctions: ({ lambda: client }) =>
    client.send(new lambda.ListFunctionsCommand({ FunctionVersion: 'ALL' })),
  PublishLayerVersion: ({ lambda: client }) =>
    client.send(
      new lambda.PublishLayerVersionCommand({
        LayerName: 'libs',
        Content: { ZipFile: zip },
        CompatibleRuntimes: ['python3.12', 'python3.11'],
      }),
    ),
  PutFunctionConcurrency: ({ lambda: client }) =>
    client.send(
      new lambda.PutFunctionConcurrencyCommand({ FunctionName: 'greeter', ReservedConcurrentExecutions: 0 }),
    ),
  AddPermission: ({ lambda: client }) =>
    client.send(
      new lambda.AddPermissionCommand({
        FunctionName: 'greeter',
        StatementId: 's3',
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        SourceArn: 'arn:aws:s3:::my-uploads',
        SourceAccount: '123456789012',
      }),
    ),
  TagResource: ({ lambda: client }) =>
    client.send(
      new lambda.TagResourceCommand({ Resource: functionArn, Tags: { 'slsctl:project': 'hello' } }),
    ),
  UntagResource: ({ lambda: client }) =>
    client.send(new lambda.UntagResourceCommand({ Resource: functionArn, TagKeys: ['a', 'b'] })),
  Invoke: ({ lambda: client }) =>
    client.send(
      new lambda.InvokeCommand({
        FunctionName: 'greeter',
        InvocationType: 'RequestResponse',
        LogType: 'Tail',
        Payload: Buffer.from('{"name": "Sam\'s \\"x\\" é"}'),
      }),
    ),
  DeleteFunction: ({ lambda: client }) =>
    client.send(new lambda.DeleteFunctionCommand({ FunctionName: 'greeter', Qualifier: '3' })),
  CreateLogGroup: ({ logs: client }) =>
    client.send(
      new logs.CreateLogGroupCommand({
        logGroupName: '/aws/lambda/greeter',
        tags: { 'slsctl:project': 'hello' },
      }),
    ),
  PutRetentionPolicy: ({ logs: client }) =>
    client.send(
      new logs.PutRetentionPolicyCommand({ logGroupName: '/aws/lambda/greeter', retentionInDays: 14 }),
    ),
  DescribeLogGroups: ({ logs: client }) =>
    client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/greeter', limit: 1 })),
  FilterLogEvents: ({ logs: client }) =>
    client.send(
      new logs.FilterLogEventsCommand({
        logGroupName: '/aws/lambda/greeter',
        logStreamNames: ['2026/01/01/[$LATEST]0123', '[second]'],
        filterPattern: '{ $.level = "ERROR" }',
        startTime: 1_767_225_600_000,
        endTime: 1_767_225_600_001,
      }),
    ),
  FilterLogEventsNextPage: ({ logs: client }) =>
    client.send(
      new logs.FilterLogEventsCommand({
        logGroupName: '/aws/lambda/greeter',
        logStreamNames: ['[$LATEST]0123'],
        nextToken: 'next/+=',
      }),
    ),
};

describe.skipIf(!cli)('the real aws CLI sends the same request as the SDK', () => {
  let server: RecordingServer;
  let folder: string;

  beforeAll(async () => {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    server = await recordingServer();
    folder = await mkdtemp(join(tmpdir(), 'slsctl-cli-'));
    await writeFile(join(folder, 'my code.zip'), emptyZip);
  });
  afterAll(async () => {
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** The line that is printed for a call, and what the SDK asked. */
  async function explained(call: (aws: Aws) => Promise<unknown>): Promise<[string, Recorded[]]> {
    const lines: string[] = [];
    const explain = (line: string) => lines.push(line);
    const aws = await createAws({
      ...{ cwd: folder, env: {}, region: 'us-east-1' },
      ...{ endpoint: server.endpoint, credentials, explain },
    });
    aws.nameBytes(zip, join(folder, 'my code.zip'));
    await call(aws);
    expect(lines).toHaveLength(1);
    return [lines[0] as string, server.take()];
  }

  async function run(line: string): Promise<Recorded[]> {
    const env = {
      ...variables,
      PATH: process.env.PATH,
      HOME: folder,
      SLSCTL_TEST_AWS: cli,
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    // Node's pipes are sockets, which cannot be opened as /dev/stdout; those of $( ) can.
    const script = `set -e\naws() { "$SLSCTL_TEST_AWS" "$@"; }\nanswer=$(${line})`;
    await execute('sh', ['-c', script], { env, cwd: folder });
    return server.take();
  }

  for (const [name, call] of Object.entries(cases)) {
    it(name, async () => {
      const [line, asked] = await explained(call);
      const typed = await run(line);
      expect(typed.map(comparable), line).toEqual(asked.map(comparable));
    });
  }
});

/**
 * What an API reads of a request; signatures, agents, lengths and the slash that older CLIs end some paths with
 * aside. Revision ids are not printed: they hold for one moment at one endpoint.
 */
function comparable({ method, path, query, body, headers }: Recorded): unknown {
  const own = Object.entries(headers).filter(([name]) =>
    /^x-amz-(target|invocation-type|log-type|client-context)$/.test(name),
  );
  const content = typeof body === 'object' && body !== null ? { ...body, RevisionId: undefined } : body;
  return {
    method,
    path: path.replace(/(?<=.)\/$/, ''),
    query,
    body: content,
    headers: Object.fromEntries(own),
  };
}
