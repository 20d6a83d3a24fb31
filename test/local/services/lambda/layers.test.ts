// Layers: their versions and policies, and their use by functions.
import {
  AddLayerVersionPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetLayerVersionPolicyCommand,
  InvokeCommand,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  RemoveLayerVersionPermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTotalSize } from '../../../../src/local/services/lambda/functions/layers.ts';
import { filesZip, zipOf } from '../../zip.ts';
import {
  conflict,
  createFunction,
  functionInput,
  invalidParameter,
  type LambdaAws,
  notFound,
  refusal,
  startLambda,
  uniqueName,
  violation,
} from './fixture.ts';

let aws: LambdaAws;

beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const content = filesZip({ 'python/tool.py': 'answer = 42\n' });
const publish = (LayerName: string, more: object = {}) =>
  aws.lambda.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: content }, ...more }));
/** The ARN of a new version with these files. */
const layerOf = async (files: Record<string, string>, LayerName = uniqueName('layer')) =>
  (await publish(LayerName, { Content: { ZipFile: filesZip(files) } })).LayerVersionArn as string;
const get = (LayerName: string, VersionNumber: number) =>
  aws.lambda.send(new GetLayerVersionCommand({ LayerName, VersionNumber }));
const remove = (LayerName: string, VersionNumber: number) =>
  aws.lambda.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber }));
const versionsOf = async (LayerName: string, more: object = {}) =>
  (await aws.lambda.send(new ListLayerVersionsCommand({ LayerName, ...more }))).LayerVersions ?? [];
const layerArn = (name: string) => `arn:aws:lambda:${aws.region}:${aws.account}:layer:${name}`;
const use = (FunctionName: string, Layers: string[]) =>
  aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers }));
const missing = notFound('The resource you requested does not exist.');

describe('a layer', () => {
  it('is published, found by number and by ARN, and downloaded', async () => {
    const name = uniqueName('layer');
    const { $metadata, ...published } = await publish(name, {
      Description: 'd',
      LicenseInfo: 'MIT',
      CompatibleRuntimes: ['python3.12', 'nodejs12.x'],
      CompatibleArchitectures: ['arm64', 'x86_64'],
    });
    expect($metadata.httpStatusCode).toBe(201);
    expect(published).toEqual({
      Content: {
        CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
        CodeSize: content.length,
        Location: expect.stringMatching(/^http/),
      },
      LayerArn: layerArn(name),
      LayerVersionArn: `${layerArn(name)}:1`,
      Version: 1,
      Description: 'd',
      LicenseInfo: 'MIT',
      CompatibleRuntimes: ['python3.12', 'nodejs12.x'],
      CompatibleArchitectures: ['arm64', 'x86_64'],
      CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
    });
    const { $metadata: _, ...found } = await get(name, 1);
    expect(found).toEqual(published);
    const byArn = new GetLayerVersionByArnCommand({ Arn: published.LayerVersionArn });
    expect(await aws.lambda.send(byArn)).toMatchObject(published);
    expect((await get(layerArn(name), 1)).LayerVersionArn).toBe(published.LayerVersionArn);
    const bytes = Buffer.from(await (await fetch(found.Content?.Location ?? '')).arrayBuffer());
    expect(bytes.equals(Buffer.from(content))).toBe(true);
  });

  it('answers only the fields that were sent', async () => {
    const { $metadata, ...published } = await publish(uniqueName('layer'));
    expect(Object.keys(published).sort()).toEqual(
      ['Content', 'CreatedDate', 'Description', 'LayerArn', 'LayerVersionArn', 'Version'].sort(),
    );
    const empty = { CompatibleRuntimes: [], CompatibleArchitectures: [] };
    expect(await publish(uniqueName('layer'), empty)).toMatchObject(empty);
  });

  it('lists its versions newest first, and never reuses a number', async () => {
    const name = uniqueName('layer');
    for (let count = 0; count < 11; count++) await publish(name);
    const versions = await versionsOf(name);
    expect(versions.map(({ Version }) => Version)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(Object.keys(versions[0] ?? {}).sort()).toEqual(
      ['CreatedDate', 'Description', 'LayerVersionArn', 'Version'].sort(),
    );
    const first = await aws.lambda.send(new ListLayerVersionsCommand({ LayerName: name, MaxItems: 2 }));
    const next = await versionsOf(name, { MaxItems: 2, Marker: first.NextMarker });
    expect(next.map(({ Version }) => Version)).toEqual([9, 8]);
    for (const { Version = 0 } of versions) {
      expect((await remove(name, Version)).$metadata.httpStatusCode).toBe(204);
    }
    expect(await versionsOf(name)).toEqual([]);
    expect((await publish(name)).Version).toBe(12);
  });

  it('is listed with its latest matching version', async () => {
    const name = uniqueName('layer');
    await publish(name, { CompatibleRuntimes: ['python3.12'], CompatibleArchitectures: ['arm64'] });
    await publish(name, { CompatibleRuntimes: ['nodejs22.x'] });
    const list = async (more: object) => {
      const { Layers = [] } = await aws.lambda.send(new ListLayersCommand(more));
      return Layers.find(({ LayerName }) => LayerName === name);
    };
    expect(await list({})).toMatchObject({
      LayerName: name,
      LayerArn: layerArn(name),
      LatestMatchingVersion: { Version: 2, LayerVersionArn: `${layerArn(name)}:2` },
    });
    expect((await list({ CompatibleRuntime: 'python3.12' }))?.LatestMatchingVersion?.Version).toBe(1);
    expect((await list({ CompatibleArchitecture: 'arm64' }))?.LatestMatchingVersion?.Version).toBe(1);
    expect(await list({ CompatibleRuntime: 'ruby3.3' })).toBeUndefined();
    expect((await versionsOf(name, { CompatibleRuntime: 'python3.12' })).length).toBe(1);
    expect(await versionsOf('nobody')).toEqual([]);
  });

  it('is refused when it does not exist or its name is invalid', async () => {
    const name = uniqueName('layer');
    await publish(name);
    expect(await refusal(get('nobody', 1))).toEqual(missing);
    expect(await refusal(get(name, 2))).toEqual(missing);
    const small = invalidParameter('Layer Version Cannot be less than 1');
    expect(await refusal(get(name, 0))).toEqual(small);
    expect(await refusal(get(name, -1))).toEqual(small);
    expect(await refusal(remove(name, -1))).toEqual(small);
    expect((await remove('nobody', 1)).$metadata.httpStatusCode).toBe(204);
    expect((await remove(name, 9)).$metadata.httpStatusCode).toBe(204);
    const byArn = (Arn: string) => refusal(aws.lambda.send(new GetLayerVersionByArnCommand({ Arn })));
    expect(await byArn(`${layerArn(name)}:9`)).toEqual(missing);
    expect((await byArn(layerArn(name))).message).toMatch(
      /^1 validation error detected: Value 'arn:\S+' at 'arn' failed to satisfy constraint: Member must satisfy regular expression pattern: \(arn:/,
    );
    expect(await byArn('arn:aws:lambda:::awslayer:AmazonLinux1803')).toEqual(missing);
    const wrong = publish(name, {
      CompatibleRuntimes: ['invalidruntime', 'nodejs20.x'],
      CompatibleArchitectures: ['invalidarch', 'x86_64'],
    });
    const { message } = await refusal(wrong);
    expect(message).toMatch(
      /^2 validation errors detected: Value '\[invalidruntime, nodejs20\.x\]' at 'compatibleRuntimes' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20\.x, [^\]]+\]; Value '\[invalidarch, x86_64\]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set: \[x86_64, arm64\], Member must not be null\]$/,
    );
    const badRuntime = new ListLayersCommand({ CompatibleRuntime: 'runtimedoesnotexist' as never });
    expect((await refusal(aws.lambda.send(badRuntime))).message).toMatch(
      /^1 validation error detected: Value 'runtimedoesnotexist' at 'compatibleRuntime' failed to satisfy constraint: Member must satisfy enum value set: \[ruby3\.5, ruby2\.6, dotnetcore1\.0, python3\.7, nodejs8\.10, nasa, /,
    );
    const badArchitecture = new ListLayersCommand({ CompatibleArchitecture: 'arch' as never });
    expect(await refusal(aws.lambda.send(badArchitecture))).toEqual(
      violation(
        "Value 'arch' at 'compatibleArchitecture' failed to satisfy constraint: Member must satisfy enum value set: [x86_64, arm64]",
      ),
    );
  });
});

describe('the policy of a layer', () => {
  it('gains and loses statements, with a new revision for each change', async () => {
    const name = uniqueName('layer');
    await publish(name);
    const target = { LayerName: name, VersionNumber: 1 };
    const Action = 'lambda:GetLayerVersion';
    const add = (StatementId: string, more: object = {}) =>
      aws.lambda.send(
        new AddLayerVersionPermissionCommand({ ...target, StatementId, Action, Principal: '*', ...more }),
      );
    const drop = (StatementId: string, more: object = {}) =>
      aws.lambda.send(new RemoveLayerVersionPermissionCommand({ ...target, StatementId, ...more }));
    const policy = (more: object = {}) =>
      aws.lambda.send(new GetLayerVersionPolicyCommand({ ...target, ...more }));
    const none = notFound('No policy is associated with the given resource.');
    expect(await refusal(policy())).toEqual(none);

    const Resource = `${layerArn(name)}:1`;
    const s1 = { Sid: 's1', Effect: 'Allow', Principal: '*', Action, Resource };
    const added = await add('s1');
    expect(added.$metadata.httpStatusCode).toBe(201);
    expect(JSON.parse(added.Statement ?? '')).toEqual(s1);
    const read = await policy();
    expect(read.RevisionId).toBe(added.RevisionId);
    expect(JSON.parse(read.Policy ?? '')).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [s1] });
    const other = await add('s2', { Principal: '999999999999', RevisionId: read.RevisionId });
    expect(JSON.parse(other.Statement ?? '').Principal).toEqual({ AWS: 'arn:aws:iam::999999999999:root' });
    const ofOrganization = await add('s3', { OrganizationId: 'o-0123456789' });
    expect(JSON.parse(ofOrganization.Statement ?? '').Condition).toEqual({
      StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' },
    });

    const wrong = {
      name: 'PreconditionFailedException',
      status: 412,
      message:
        'The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id',
      Type: 'User',
    };
    expect(await refusal(add('s4', { RevisionId: added.RevisionId }))).toEqual(wrong);
    expect(await refusal(drop('s1', { RevisionId: added.RevisionId }))).toEqual(wrong);
    expect(await refusal(add('s1'))).toEqual(
      conflict(
        'The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.',
      ),
    );
    expect(await refusal(add('s4', { Action: '*' }))).toEqual(
      violation(
        "Value '*' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: lambda:GetLayerVersion",
      ),
    );
    expect(await refusal(drop('doesnotexist'))).toEqual(
      notFound('Statement doesnotexist is not found in resource policy.'),
    );
    for (const elsewhere of [{ LayerName: `${name}-no` }, { VersionNumber: 2 }]) {
      const { LayerName, VersionNumber } = { ...target, ...elsewhere };
      const unknown = notFound(`Layer version ${layerArn(LayerName)}:${VersionNumber} does not exist.`);
      expect(await refusal(add('s5', elsewhere))).toEqual(unknown);
      expect(await refusal(drop('s5', elsewhere))).toEqual(unknown);
      expect(await refusal(policy(elsewhere))).toEqual(unknown);
    }
    const { RevisionId } = await policy();
    expect((await drop('s1', { RevisionId })).$metadata.httpStatusCode).toBe(204);
    for (const Sid of ['s2', 's3']) expect((await drop(Sid)).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(policy())).toEqual(none);
  });
});

describe('a function with layers', () => {
  it('lists them with their sizes, and keeps them after they are deleted', async () => {
    const name = uniqueName('layer');
    const { LayerVersionArn: Arn = '' } = await publish(name);
    const FunctionName = await createFunction(aws, { Layers: [Arn] });
    const Layers = [{ Arn, CodeSize: content.length }];
    const configuration = async () =>
      (await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Layers;
    expect(await configuration()).toEqual(Layers);
    await remove(name, 1);
    expect(await configuration()).toEqual(Layers);
    expect((await use(FunctionName, [])).Layers).toBeUndefined();
    expect(await refusal(use(FunctionName, [Arn]))).toEqual(
      invalidParameter(`Layer version ${Arn} does not exist.`),
    );
  });

  it('has at most five layers, one version of each, all from its region', async () => {
    const FunctionName = await createFunction(aws);
    const name = uniqueName('layer');
    const [one = '', two = '', three = ''] = [
      (await publish(name)).LayerVersionArn,
      (await publish(name)).LayerVersionArn,
      (await publish(name)).LayerVersionArn,
    ];
    const twice = (a: string, b: string) =>
      invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${a} and ${b} are versions of the same layer.`,
      );
    expect(await refusal(use(FunctionName, [one, two]))).toEqual(twice(one, two));
    expect(await refusal(use(FunctionName, [one, two, three]))).toEqual(twice(one, two));
    expect(await refusal(use(FunctionName, [one, one]))).toEqual(twice(one, one));
    for (const Arn of [`${layerArn('doesnotexist')}:1`, `${layerArn(name)}:9`]) {
      expect(await refusal(use(FunctionName, [Arn]))).toEqual(
        invalidParameter(`Layer version ${Arn} does not exist.`),
      );
    }
    const Layers = Array.from({ length: 6 }, (_, index) => `${layerArn(`l${index}`)}:1`);
    const create = (more: object) => aws.lambda.send(new CreateFunctionCommand(functionInput(aws, more)));
    for (const call of [create({ Layers }), use(FunctionName, Array(6).fill(one))]) {
      expect(await refusal(call)).toEqual(invalidParameter('Cannot reference more than 5 layers.'));
    }
    const elsewhere = one.replace(aws.region, 'ap-southeast-2');
    // Layers are checked before the name, which is taken here.
    for (const more of [{}, { FunctionName }]) {
      expect(await refusal(create({ Layers: [elsewhere], ...more }))).toEqual(
        invalidParameter(
          `Layers are not in the same region as the function. Layers are expected to be in region ${aws.region}.`,
        ),
      );
    }
    const { message } = await refusal(use(FunctionName, [layerArn(name)]));
    expect(message).toMatch(
      /^1 validation error detected: Value '\[arn:\S+\]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: \[Member must have length less than or equal to 2048, /,
    );
    const foreign = one.replace(aws.account, '999999999999');
    expect(await refusal(use(FunctionName, [foreign]))).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
      message: expect.stringContaining(`lambda:GetLayerVersion on resource: ${foreign}`),
    });
  });

  it('is at most 250 MB together with them', () => {
    const code = (unzipped: number) => ({ sha256: '', size: 1, unzipped });
    const layers = [100_000_000, 100_000_000].map((size) => ({ arn: '', code: code(size) }));
    checkTotalSize(code(62_144_000), layers);
    expect(() => checkTotalSize(code(62_144_001), layers)).toThrow(
      'Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.',
    );
  });

  const invoke = async (FunctionName: string) => {
    const { Payload, FunctionError } = await aws.lambda.send(new InvokeCommand({ FunctionName }));
    expect([FunctionError, Payload?.transformToString()][0], Payload?.transformToString()).toBeUndefined();
    return JSON.parse(Payload?.transformToString() ?? '');
  };

  it('imports Python modules that pip put into them', async () => {
    const layer = await layerOf({
      'python/lib/python3.12/site-packages/installed.py': 'answer = "installed"\n',
    });
    const code = filesZip({
      'index.py': 'import installed\ndef handler(event, context):\n    return installed.answer\n',
    });
    const FunctionName = await createFunction(aws, { Code: { ZipFile: code }, Layers: [layer] });
    expect(await invoke(FunctionName)).toBe('installed');
    await aws.lambda.send(new DeleteFunctionCommand({ FunctionName }));
  });

  it('requires Node modules from them', async () => {
    const layer = await layerOf({
      'nodejs/node_modules/tool/package.json': '{"name":"tool","main":"main.js"}',
      'nodejs/node_modules/tool/main.js': 'module.exports = 42;\n',
      'nodejs/node20/node_modules/other/index.js': 'module.exports = "node20";\n',
    });
    const code = filesZip({
      'index.js': 'exports.handler = async () => [require("tool"), require("other")];\n',
    });
    const FunctionName = await createFunction(aws, {
      Runtime: 'nodejs20.x',
      Code: { ZipFile: code },
      Layers: [layer],
    });
    expect(await invoke(FunctionName)).toEqual([42, 'node20']);
  });

  it('may get its runtime from a layer', async () => {
    const bootstrap = `#!/usr/bin/env python3
import os, urllib.request
base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(base + "next") as event:
        request = event.headers["Lambda-Runtime-Aws-Request-Id"]
    with open(os.path.join(os.environ["LAMBDA_TASK_ROOT"], "answer.json"), "rb") as file:
        urllib.request.urlopen(base + request + "/response", file.read()).close()
`;
    const { LayerVersionArn = '' } = await publish(uniqueName('layer'), {
      Content: { ZipFile: zipOf([{ name: 'bootstrap', content: bootstrap, mode: 0o100755 }]) },
    });
    const FunctionName = await createFunction(aws, {
      Runtime: 'provided.al2023',
      Code: { ZipFile: filesZip({ 'answer.json': '"from the code"' }) },
      Layers: [LayerVersionArn],
    });
    expect(await invoke(FunctionName)).toBe('from the code');
  });

  it('finds their programs and libraries through its environment', async () => {
    const { LayerVersionArn = '' } = await publish(uniqueName('layer'), {
      Content: {
        ZipFile: zipOf([{ name: 'bin/greet', content: '#!/bin/sh\necho hello\n', mode: 0o100755 }]),
      },
    });
    const code = filesZip({
      'index.py':
        'import os, subprocess\ndef handler(event, context):\n    out = subprocess.run(["greet"], capture_output=True, text=True).stdout\n    return [out, os.environ["LD_LIBRARY_PATH"].split(":")[-1].split("/")[-1]]\n',
    });
    const FunctionName = await createFunction(aws, { Code: { ZipFile: code }, Layers: [LayerVersionArn] });
    expect(await invoke(FunctionName)).toEqual(['hello\n', 'lib']);
  });
});
