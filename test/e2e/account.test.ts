// An AWS account before a deployment and after destroy: every list is the same, and resources of others stay.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as logsSdk from '@aws-sdk/client-cloudwatch-logs';
import * as iamSdk from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { trustOf } from '../../src/resources/role/role.ts';
import { startInProcess } from '../local/in-process.ts';
import { account } from '../support/account.ts';
import { expectSlsctl } from '../support/in-process.ts';
import { type Clients, clientSettings, clientsOf, type LocalAws } from '../support/local.ts';
import { folderWith } from '../support/project.ts';
import { zipOf } from '../support/zip.ts';

describe('an AWS account', () => {
  let local: LocalAws;
  let clients: Clients;

  beforeAll(async () => {
    local = await startInProcess();
    clients = await clientsOf(local.env);
    const { lambda, iam, logs } = clients;
    const AssumeRolePolicyDocument = JSON.stringify(trustOf());
    const { Role } = await iam.send(
      new iamSdk.CreateRoleCommand({
        RoleName: 'theirs',
        AssumeRolePolicyDocument,
        Tags: [{ Key: 'team', Value: 'red' }],
      }),
    );
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }],
    });
    const { Policy } = await iam.send(
      new iamSdk.CreatePolicyCommand({ PolicyName: 'theirs', PolicyDocument }),
    );
    await iam.send(new iamSdk.AttachRolePolicyCommand({ RoleName: 'theirs', PolicyArn: Policy?.Arn }));
    await iam.send(
      new iamSdk.PutRolePolicyCommand({ RoleName: 'theirs', PolicyName: 'more', PolicyDocument }),
    );
    const ZipFile = await zipOf({ 'index.js': 'exports.handler = async () => 1;' });
    const FunctionName = 'theirs';
    await lambda.send(new sdk.PublishLayerVersionCommand({ LayerName: 'theirs', Content: { ZipFile } }));
    await lambda.send(
      new sdk.CreateFunctionCommand({
        FunctionName,
        Role: Role?.Arn,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Code: { ZipFile },
        Publish: true,
        Tags: { team: 'red' },
      }),
    );
    await lambda.send(new sdk.CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    await lambda.send(new sdk.CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' }));
    await new SQSClient(clientSettings(local.env)).send(new CreateQueueCommand({ QueueName: 'queue' }));
    await lambda.send(
      new sdk.CreateEventSourceMappingCommand({
        FunctionName,
        EventSourceArn: `arn:aws:sqs:us-east-1:${Role?.Arn?.split(':')[4]}:queue`,
      }),
    );
    await logs.send(new logsSdk.CreateLogGroupCommand({ logGroupName: '/aws/lambda/theirs' }));
    // A name that the project would use, too.
    await logs.send(
      new logsSdk.CreateLogGroupCommand({ logGroupName: '/aws/lambda/second-main', tags: { team: 'red' } }),
    );
    const settled = async () => {
      const { EventSourceMappings = [] } = await lambda.send(new sdk.ListEventSourceMappingsCommand({}));
      expect(EventSourceMappings.map(({ State }) => State)).toEqual(['Enabled']);
    };
    await vi.waitFor(settled, { timeout: 30_000 });
  });
  afterAll(async () => {
    await local?.stop();
  });

  it('is the same after deploy and destroy as before', async () => {
    const folder = await folderWith({
      'index.mjs': 'export const handler = async () => 1;\n',
      'slsctl.yml': `project: passing
stages: { main: {}, dev: {} }
defaultStage: main
defaults: { runtime: nodejs20.x, handler: index.handler }
layers:
  shared: { path: layer }
functions:
  first:
    layers: [shared]
    tags: { team: blue }
    environment: { STAGE: dev }
    url: { authType: NONE }
    permissions: { topic: { principal: sns.amazonaws.com } }
    reservedConcurrentExecutions: 2
    eventInvokeConfig: { maximumRetryAttempts: 0 }
    tracingConfig: { mode: Active }
    statements: [{ Effect: Allow, Action: "sns:Publish", Resource: "*" }]
    aliases: { prod: {} }
  second: {}
`,
    });
    await mkdir(join(folder, 'layer', 'nodejs'), { recursive: true });
    await writeFile(join(folder, 'layer', 'nodejs', 'one.js'), 'exports.x = 1;\n');
    const on = (...args: string[]) => expectSlsctl(args, { cwd: folder, env: local.env });

    const before = await account(clients);
    await on('deploy');
    const between = await account(clients);
    expect(between).not.toEqual(before);
    await on('invoke', 'first', '--payload', '{}');
    await on('deploy', '--stage', 'dev');
    await on('destroy', '--yes', '--stage', 'dev');
    expect(await functionsOf(between)).toEqual(await functionsOf(await account(clients)));
    const { stdout } = await on('destroy', '--yes');
    expect(stdout).toContain('left alone: log group /aws/lambda/second-main');
    expect(await account(clients)).toEqual(before);
  });
});

function functionsOf(state: unknown): unknown[] {
  const { Functions } = state as { Functions: { FunctionArn: string }[] };
  return Functions.map(({ FunctionArn }) => FunctionArn);
}
