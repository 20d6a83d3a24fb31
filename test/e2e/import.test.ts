// `init --from-function`: functions that plain `aws` commands created become projects with empty plans.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PutFunctionRecursionConfigCommand,
  PutRuntimeManagementConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startInProcess } from '../local/in-process.ts';
import { type Ran, run } from '../support/cli.ts';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import { clientsOf, everything, type LocalAws } from '../support/local.ts';
import { motoAccount } from '../support/moto.ts';
import { folderWith, removeFolder, replaceIn, temporaryFolder } from '../support/project.ts';
import { npmProject } from '../support/tarballs.ts';
import { awsCli, motoServer } from '../support/tools.ts';
import { zipOf } from '../support/zip.ts';

const aws = await awsCli();
const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

describe.skipIf(!aws)('the import of a function', () => {
  let local: LocalAws;
  let folder: string;
  let account: string;

  beforeAll(async () => {
    [local, folder] = await Promise.all([startInProcess(), temporaryFolder('import')]);
    await writeFile(
      join(folder, 'f.zip'),
      await zipOf({
        'app.py': 'def handler(event, context):\n    return "hello"\n',
        'tests/kept.txt': 'kept',
        '__pycache__/app.pyc': 'x',
        'requirements.txt': 'no-such-package-of-anybody==1\n',
      }),
    );
    await writeFile(join(folder, 'l.zip'), await zipOf({ 'python/one.py': 'x = 1\n' }));
    account = (await cli('aws sts get-caller-identity --query Account --output text')).trim();
    await cli(`aws iam create-role --role-name worker --assume-role-policy-document '${trust}'
aws lambda publish-layer-version --layer-name ones --zip-file fileb://l.zip
aws logs create-log-group --log-group-name /apps/rich
aws logs put-retention-policy --log-group-name /apps/rich --retention-in-days 30`);
  });
  afterAll(async () => {
    await local?.stop();
    if (folder) await removeFolder(folder);
  });

  async function cli(commands: string): Promise<string> {
    const shell = `set -e
aws() { "$SLSCTL_TEST_AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
${commands}`;
    const env = { ...local.env, AWS_PAGER: '', SLSCTL_TEST_AWS: aws };
    const ran = await run('sh', ['-c', shell], { cwd: folder, env });
    if (ran.code !== 0) throw new Error(`exit ${ran.code}: ${commands}\n${ran.stderr}${ran.stdout}`);
    return ran.stdout;
  }
  const on = (cwd: string, args: string[], code = 0): Promise<Ran> =>
    expectSlsctl(args, { cwd, env: local.env, code });
  const make = (name: string, more = '') =>
    cli(`aws lambda create-function --function-name ${name} --runtime python3.12 --handler app.handler \
  --role arn:aws:iam::${account}:role/worker --zip-file fileb://f.zip ${more}`);

  it('works for a function with everything', async () => {
    const lambda = `arn:aws:lambda:us-east-1:${account}`;
    await make('other');
    await make(
      'rich',
      `--memory-size 512 --timeout 9 --description 'counts $\{things}' --architectures arm64 \
  --environment 'Variables={TABLE_NAME=users,EMPTY=,DB_PASSWORD=hunter2}' --layers ${lambda}:layer:ones:1 \
  --ephemeral-storage Size=1024 --tracing-config Mode=Active --tags team=blue \
  --dead-letter-config TargetArn=arn:aws:sqs:us-east-1:${account}:dead`,
    );
    await cli(`aws lambda put-function-concurrency --function-name rich --reserved-concurrent-executions 7
aws lambda put-function-event-invoke-config --function-name rich --maximum-retry-attempts 1 \
  --destination-config '{"OnFailure":{"Destination":"${lambda}:function:other"}}'
aws lambda publish-version --function-name rich
aws lambda update-function-configuration --function-name rich --timeout 10
aws lambda wait function-updated --function-name rich
aws lambda publish-version --function-name rich
aws lambda create-alias --function-name rich --name prod --function-version 1 --description live \
  --routing-config AdditionalVersionWeights={2=0.1}
aws lambda create-function-url-config --function-name rich --auth-type NONE --cors AllowOrigins=https://a.example
aws lambda add-permission --function-name rich --statement-id FunctionURLAllowPublicAccess \
  --action lambda:InvokeFunctionUrl --principal '*' --function-url-auth-type NONE
aws lambda add-permission --function-name rich --statement-id uploads --action lambda:InvokeFunction \
  --principal s3.amazonaws.com --source-arn arn:aws:s3:::uploads --source-account ${account}`);
    // What CLIs of Linux distributions do not have yet.
    const clients = await clientsOf(local.env);
    const FunctionName = 'rich';
    await clients.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'DEBUG',
          SystemLogLevel: 'WARN',
          LogGroup: '/apps/rich',
        },
      }),
    );
    await clients.lambda.send(
      new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: 'Allow' }),
    );
    await clients.lambda.send(
      new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn: 'FunctionUpdate' }),
    );
    const before = await everything(local.env);

    const target = join(folder, 'rich');
    const { stderr, stdout } = await on(folder, ['init', 'rich', '--from-function', 'rich']);
    expect(stderr + stdout).not.toContain('hunter2');
    expect(stderr).toContain('DB_PASSWORD');
    const text = await readFile(join(target, 'slsctl.yml'), 'utf8');
    expect(text).not.toContain('hunter2');
    const { functions } = parse(text);
    expect(functions.rich).toEqual({
      runtime: 'python3.12',
      handler: 'app.handler',
      code: { path: 'src', include: expect.arrayContaining(['/tests/kept.txt', '/__pycache__/app.pyc']) },
      dependencies: 'none',
      memorySize: 512,
      timeout: 10,
      description: 'counts $${things}',
      architectures: ['arm64'],
      ephemeralStorage: 1024,
      environment: { TABLE_NAME: 'users', EMPTY: '' },
      layers: [`${lambda}:layer:ones:1`],
      tracingConfig: { mode: 'Active' },
      loggingConfig: {
        logFormat: 'JSON',
        applicationLogLevel: 'DEBUG',
        systemLogLevel: 'WARN',
        logGroup: '/apps/rich',
      },
      deadLetterConfig: { targetArn: `arn:aws:sqs:us-east-1:${account}:dead` },
      role: `arn:aws:iam::${account}:role/worker`,
      tags: { team: 'blue' },
      logRetentionInDays: 30,
      reservedConcurrentExecutions: 7,
      eventInvokeConfig: { maximumRetryAttempts: 1, onFailure: `${lambda}:function:other` },
      url: { authType: 'NONE', cors: { allowOrigins: ['https://a.example'] } },
      permissions: {
        uploads: {
          principal: 's3.amazonaws.com',
          sourceArn: 'arn:aws:s3:::uploads',
          sourceAccount: account,
        },
        FunctionURLInvokeAllowPublicAccess: null,
      },
      aliases: {
        prod: {
          version: '1',
          description: 'live',
          routingConfig: { additionalVersionWeights: { 2: 0.1 } },
        },
      },
      recursiveLoop: 'Allow',
      runtimeManagementConfig: { updateRuntimeOn: 'FunctionUpdate' },
    });
    expect(await readFile(join(target, 'src', 'app.py'), 'utf8')).toContain('"hello"');

    await on(target, ['plan', '--exit-code']);
    await on(target, ['deploy']);
    expect(await everything(local.env)).toEqual(before);
    await on(target, ['destroy', '--yes']);
    expect(await everything(local.env)).toEqual(before);

    await replaceIn(join(target, 'src', 'app.py'), 'hello', 'good day');
    expect((await on(target, ['plan', '--exit-code'], 1)).stdout).toContain('was not made by slsctl');
    await on(target, ['deploy'], 1);
    await on(target, ['deploy', '--adopt']);
    expect((await on(target, ['invoke', '--payload', '{}'])).stdout.trim()).toBe('"good day"');
    await on(target, ['plan', '--exit-code']);
  });

  it('works for a function with required fields only and no log group', async () => {
    await make('poor');
    await on(folder, ['init', 'poor', '--from-function', 'poor']);
    const { functions } = parse(await readFile(join(folder, 'poor', 'slsctl.yml'), 'utf8'));
    expect(functions.poor).toEqual({
      runtime: 'python3.12',
      handler: 'app.handler',
      code: expect.objectContaining({ path: 'src' }),
      dependencies: 'none',
      memorySize: 128,
      timeout: 3,
      role: `arn:aws:iam::${account}:role/worker`,
    });
    await on(join(folder, 'poor'), ['plan', '--exit-code']);
    const ran = await on(join(folder, 'poor'), ['plan', '--adopt', '--exit-code'], 10);
    expect(ran.stdout).toContain('Tags.slsctl:project');
  });

  it('works for Node.js with a lockfile in the code, and installs nothing', async () => {
    const packages = [{ name: 'no-such-package-of-anybody' }];
    const dependencies = { 'no-such-package-of-anybody': '1.0.0' };
    const { 'package.json': manifest = '', 'package-lock.json': lock = '' } = npmProject({
      dependencies,
      packages,
    });
    const code = await zipOf({
      'index.js': "exports.handler = async () => require('no-such-package-of-anybody').name;\n",
      'package.json': manifest,
      'package-lock.json': lock,
      'node_modules/no-such-package-of-anybody/index.js': "exports.name = 'as it was live';\n",
      'node_modules/.package-lock.json': lock,
    });
    await writeFile(join(folder, 'node.zip'), code);
    await cli(`aws lambda create-function --function-name node --runtime nodejs22.x --handler index.handler \
  --role arn:aws:iam::${account}:role/worker --zip-file fileb://node.zip`);
    const target = join(folder, 'node');
    await on(folder, ['init', 'node', '--from-function', 'node']);
    const { functions } = parse(await readFile(join(target, 'slsctl.yml'), 'utf8'));
    expect(functions.node).toMatchObject({ handler: 'index.handler', dependencies: 'none' });
    const { stderr } = await on(target, ['plan', '--exit-code']);
    expect(stderr).not.toMatch(/install|npm/);
    await replaceIn(
      join(target, 'src/node_modules/no-such-package-of-anybody/index.js'),
      'as it was',
      'changed',
    );
    await on(target, ['deploy', '--adopt']);
    expect((await on(target, ['invoke'])).stdout.trim()).toBe('"changed live"');
    await on(target, ['plan', '--exit-code']);
  });

  it('keeps code as a zip when a path in it would leave the folder', async () => {
    const evil = await zipOf({ 'app.py': 'def handler(e, c):\n    return 1\n', '__/__/out.txt': 'out' });
    const text = Buffer.from(evil).toString('latin1').replaceAll('__/__/out', '../../out');
    await writeFile(join(folder, 'evil.zip'), Buffer.from(text, 'latin1'));
    await cli(`aws lambda create-function --function-name evil --runtime python3.12 --handler app.handler \
  --role arn:aws:iam::${account}:role/worker --zip-file fileb://evil.zip`).catch(() => undefined);
    const listed = await cli('aws lambda list-functions --query Functions[].FunctionName --output text');
    // Where the local AWS refuses such code, there is nothing to import.
    if (!listed.split(/\s+/).includes('evil')) return;
    const { stderr } = await on(folder, ['init', 'evil', '--from-function', 'evil']);
    expect(stderr).toContain('kept as evil.zip');
  });

  it('is refused when the function does not exist or a file is in the way', async () => {
    const missing = await slsctl(['init', 'x', '--from-function', 'nobody'], { cwd: folder, env: local.env });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('there is no function nobody in us-east-1');
    for (const name of ['poor:1', 'a b']) {
      const bad = await slsctl(['init', 'x', '--from-function', name], { cwd: folder, env: local.env });
      expect(bad.code).toBe(2);
    }
    await mkdir(join(folder, 'taken', 'src'), { recursive: true });
    const taken = await slsctl(['init', 'taken', '--from-function', 'poor'], { cwd: folder, env: local.env });
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain('has src already');
  });

  it('leaves the user’s files alone: a downloaded zip and .gitignore', async () => {
    const own = await folderWith({ 'poor.zip': 'mine', '.gitignore': 'node_modules' });
    const taken = await slsctl(['init', '--from-function', 'poor'], { cwd: own, env: local.env });
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain('has poor.zip already');
    expect(await readFile(join(own, 'poor.zip'), 'utf8')).toBe('mine');
    await rm(join(own, 'poor.zip'));
    await on(own, ['init', '--from-function', 'poor']);
    expect(await readFile(join(own, '.gitignore'), 'utf8')).toBe('node_modules\n.slsctl/\n');
  });
});

describe.skipIf(!aws || !(await motoServer()))('a container image, on moto', () => {
  it('is imported with an empty plan', async () => {
    const [moto, folder] = await Promise.all([motoAccount(), temporaryFolder('import-moto')]);
    try {
      const env = { ...moto.env, AWS_PAGER: '' };
      const commands = `set -e
aws() { "$SLSCTL_TEST_AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
aws iam create-role --role-name worker --assume-role-policy-document '${trust}'
aws lambda create-function --function-name boxed --package-type Image --role arn:aws:iam::${moto.account}:role/worker \
  --code ImageUri=123456789012.dkr.ecr.us-east-1.amazonaws.com/boxed:1 --timeout 20 --memory-size 1024 \
  --environment Variables={STAGE=dev} --image-config Command=app.handler --tags team=blue
aws lambda put-function-concurrency --function-name boxed --reserved-concurrent-executions 3
aws lambda add-permission --function-name boxed --statement-id queue --action lambda:InvokeFunction --principal sns.amazonaws.com`;
      const made = await run('sh', ['-c', commands], {
        cwd: folder,
        env: { ...env, SLSCTL_TEST_AWS: aws },
      });
      expect(made.stderr).toBe('');
      await expectSlsctl(['init', 'boxed', '--from-function', 'boxed'], { cwd: folder, env });
      const { functions } = parse(await readFile(join(folder, 'boxed', 'slsctl.yml'), 'utf8'));
      expect(functions.boxed).toMatchObject({
        image: expect.objectContaining({
          imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/boxed:1',
        }),
        environment: { STAGE: 'dev' },
        memorySize: 1024,
        reservedConcurrentExecutions: 3,
        permissions: { queue: { principal: 'sns.amazonaws.com' } },
      });
      const at = { cwd: join(folder, 'boxed'), env };
      await expectSlsctl(['plan', '--exit-code'], at);
    } finally {
      await removeFolder(folder);
    }
  });
});
