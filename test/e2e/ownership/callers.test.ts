// What still calls a function that is removed or imported: event sources, notifications, rules and subscriptions of others.
import { execFile } from 'node:child_process';

import { promisify } from 'node:util';

import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAws } from '../../../src/aws/create.ts';
import { findCallers } from '../../../src/resources/callers/find.ts';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';

import { clientSettings, type LocalAws } from '../../support/local.ts';
import { type MotoAccount, motoAccount } from '../../support/moto.ts';
import { freePort } from '../../support/port.ts';
import { filesIn, removeFolder, temporaryFolder } from '../../support/project.ts';
import { interposed } from '../../support/proxy.ts';
import { awsCli, motoServer } from '../../support/tools.ts';

const files = (name: string) => ({
  'slsctl.yml': `project: ${name}
region: us-east-1
functions:
  ${name}: { runtime: nodejs22.x, handler: index.handler, aliases: { live: {} } }
`,
  'index.js': 'exports.handler = async () => 1;\n',
});

const cli = await awsCli();

describe.skipIf(!(await motoServer()) || !cli)('callers of a function', () => {
  let moto: MotoAccount;
  let folder: string;
  let arn: string;

  const aws = (...args: string[]) => run(cli as string, [...args, '--endpoint-url', moto.endpoint], moto.env);

  beforeAll(async () => {
    moto = await motoAccount();
    folder = await filesIn('callers', files('called'));
    arn = `arn:aws:lambda:us-east-1:${moto.account}:function:called`;
    await expectSlsctl(['deploy'], { cwd: folder, env: moto.env });
  });
  afterAll(async () => {
    if (folder) await removeFolder(folder);
  });

  /** Everything that can name the function, made as their owners make it. */
  async function makeCallers(): Promise<void> {
    await aws('sqs', 'create-queue', '--queue-name', 'jobs');
    await aws(
      ...['lambda', 'create-event-source-mapping', '--function-name', 'called'],
      ...['--event-source-arn', `arn:aws:sqs:us-east-1:${moto.account}:jobs`],
    );
    await aws('s3api', 'create-bucket', '--bucket', `uploads-${moto.account}`);
    await aws(
      ...['s3api', 'put-bucket-notification-configuration', '--bucket', `uploads-${moto.account}`],
      '--notification-configuration',
      JSON.stringify({
        LambdaFunctionConfigurations: [
          { Id: 'mine', LambdaFunctionArn: arn, Events: ['s3:ObjectCreated:*'] },
        ],
      }),
    );
    await aws('events', 'create-event-bus', '--name', 'orders');
    for (const [bus, target] of [
      ['default', arn],
      ['orders', `${arn}:live`],
    ] as const) {
      const rule = ['--rule', 'nightly', '--event-bus-name', bus];
      await aws(
        'events',
        'put-rule',
        '--name',
        'nightly',
        '--event-bus-name',
        bus,
        '--event-pattern',
        '{"source":["x"]}',
      );
      await aws('events', 'put-targets', ...rule, '--targets', `Id=1,Arn=${target}`);
    }
    await aws('sns', 'create-topic', '--name', 'news');
    await aws(
      ...['sns', 'subscribe', '--topic-arn', `arn:aws:sns:us-east-1:${moto.account}:news`],
      ...['--protocol', 'lambda', '--notification-endpoint', arn],
    );
    await aws(
      ...['scheduler', 'create-schedule', '--name', 'hourly', '--schedule-expression', 'rate(1 hour)'],
      ...['--flexible-time-window', 'Mode=OFF'],
      ...['--target', `Arn=${arn},RoleArn=arn:aws:iam::${moto.account}:role/scheduler`],
    );
    await aws('logs', 'create-log-group', '--log-group-name', '/app/other');
    await aws(
      ...['lambda', 'add-permission', '--function-name', 'called', '--statement-id', 'logs'],
      ...['--action', 'lambda:InvokeFunction', '--principal', 'logs.amazonaws.com'],
      ...['--source-arn', `arn:aws:logs:us-east-1:${moto.account}:log-group:/app/other:*`],
    );
    await aws(
      ...['logs', 'put-subscription-filter', '--log-group-name', '/app/other', '--filter-name', 'errors'],
      ...['--filter-pattern', 'ERROR', '--destination-arn', arn],
    );
    await aws(
      ...['lambda', 'add-permission', '--function-name', 'called', '--statement-id', 'api'],
      ...['--action', 'lambda:InvokeFunction', '--principal', 'apigateway.amazonaws.com'],
      ...['--source-arn', `arn:aws:execute-api:us-east-1:${moto.account}:abc123/*`],
    );
  }

  const kinds = [
    'event source mapping',
    'bucket notification',
    'EventBridge rule',
    'EventBridge rule',
    'topic subscription',
    'schedule',
    'log subscription',
    'API',
  ].toSorted();

  it('are named by destroy, each with a command that removes it', async () => {
    await makeCallers();
    const { stdout } = await expectSlsctl(['destroy', '--yes'], { cwd: folder, env: moto.env });
    expect(stdout).toContain('Nothing that the project owns remains.');
    expect(stdout).not.toContain('Nothing remains.');
    expect(stdout).toContain('! EventBridge rule nightly of bus orders still calls called:live');
    expect(stdout).toContain('! bucket notification mine of uploads-');
    expect(stdout).toMatch(/! API arn:aws:execute-api\S+ may still call called/);
    const commands = stdout.split('\n').filter((line) => line.startsWith('    aws '));
    expect(commands).toHaveLength(kinds.length - 1);
    for (const command of commands)
      await run('/bin/sh', ['-c', command.replace('aws', cli as string)], moto.env);

    const left = await findCallers(await createAws({ cwd: folder, env: moto.env, region: 'us-east-1' }), [
      arn,
    ]);
    expect(left).toEqual({ found: [], unknown: [] });
  });
});

describe('on the local AWS', () => {
  let local: LocalAws;
  let folder: string;
  beforeAll(async () => {
    local = await startInProcess();
    folder = await filesIn('seen', files('seen'));
    await expectSlsctl(['deploy'], { cwd: folder, env: local.env });
  });
  afterAll(async () => {
    await local?.stop();
    if (folder) await removeFolder(folder);
  });

  it('an import names the callers that it does not take over', async () => {
    const s3 = new S3Client({
      ...clientSettings(local.env),
      forcePathStyle: true,
    });
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:seen:live';
    await s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'uploads',
        SkipDestinationValidation: true,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [
            { Id: 'mine', LambdaFunctionArn: arn, Events: ['s3:ObjectCreated:*'] },
          ],
        },
      }),
    );
    s3.destroy();
    const imported = await temporaryFolder('imported');
    try {
      const { stdout, stderr } = await expectSlsctl(
        ['init', 'copy', '--from-function', 'seen', '--output', 'json'],
        { cwd: imported, env: local.env },
      );
      expect(stderr).toContain(
        'bucket notification mine of uploads calls seen:live; it is not in slsctl.yml',
      );
      expect(JSON.parse(stdout)).toMatchObject({
        callers: [{ kind: 'bucket notification', name: 'mine of uploads', function: 'seen:live' }],
        notLookedFor: [],
      });
    } finally {
      await removeFolder(imported);
    }
  });

  it('a source in a resource policy calls the function whose policy names it', async () => {
    const two = await filesIn('pair', {
      ...files('pair'),
      'slsctl.yml': `project: pair
region: us-east-1
defaults: { runtime: nodejs22.x, handler: index.handler }
functions:
  first: {}
  second:
    permissions: { api: { principal: apigateway.amazonaws.com, sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:abc123/*' } }
`,
    });
    try {
      await expectSlsctl(['deploy'], { cwd: two, env: local.env });
      const { stdout } = await expectSlsctl(['destroy', '--yes'], { cwd: two, env: local.env });
      expect(stdout.match(/^! API .*$/gm)).toEqual([
        '! API arn:aws:execute-api:us-east-1:000000000000:abc123/* may still call second',
      ]);
    } finally {
      await removeFolder(two);
    }
  });

  it('a service that does not answer is not looked into, and credentials that AWS refuses end the search', async () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:seen';
    const search = async (env: NodeJS.ProcessEnv) =>
      findCallers(
        await createAws({ cwd: folder, env: { ...env, AWS_MAX_ATTEMPTS: '1' }, region: 'us-east-1' }),
        [arn],
      );
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const { unknown } = await search({ ...local.env, AWS_ENDPOINT_URL_SNS: nobody });
    expect(unknown.map(({ what }) => what)).toEqual(['topic subscriptions']);
    const refusing = await interposed(local.endpoint, async ({ path }) =>
      path.includes('/event-source-mappings')
        ? {
            status: 403,
            headers: { 'x-amzn-errortype': 'UnrecognizedClientException' },
            body: '{"message":"The security token included in the request is invalid."}',
          }
        : undefined,
    );
    try {
      await expect(search({ ...local.env, AWS_ENDPOINT_URL: refusing.endpoint })).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
      });
    } finally {
      await refusing.close();
    }
  });

  it('a removal says what it could not look for, and never that nothing remains', async () => {
    const denied = await interposed(local.endpoint, async ({ method, path }) =>
      method === 'GET' && path.includes('/event-source-mappings')
        ? {
            status: 403,
            headers: { 'x-amzn-errortype': 'AccessDeniedException' },
            body: '{"Message":"User: arn:aws:iam::1:user/ci is not authorized to perform: lambda:ListEventSourceMappings on resource: *"}',
          }
        : undefined,
    );
    try {
      const env = { ...local.env, AWS_ENDPOINT_URL: denied.endpoint };
      const { stdout } = await expectSlsctl(['destroy', '--yes'], { cwd: folder, env });
      expect(stdout).toContain('Nothing that the project owns remains.');
      expect(stdout).toContain(
        'not looked for: event source mappings (access denied: lambda:ListEventSourceMappings',
      );
      expect(stdout.match(/not looked for/g)).toHaveLength(1);
    } finally {
      await denied.close();
    }
  });

  it('buckets that are denied, and those beyond the first 100, are named, and the others are looked into', async () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:seen';
    const s3 = new S3Client({ ...clientSettings(local.env), forcePathStyle: true });
    for (let index = 0; index < 101; index++)
      await s3.send(new CreateBucketCommand({ Bucket: `a-bucket-${index}` }));
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'a-bucket-1',
        SkipDestinationValidation: true,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [
            { Id: 'one', LambdaFunctionArn: arn, Events: ['s3:ObjectCreated:*'] },
          ],
        },
      }),
    );
    s3.destroy();
    const denied = await interposed(local.endpoint, async ({ path }) =>
      /\/a-bucket-0\b/.test(path)
        ? { status: 403, headers: {}, body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' }
        : undefined,
    );
    try {
      const env = { ...local.env, AWS_ENDPOINT_URL: denied.endpoint };
      const { found, unknown } = await findCallers(
        await createAws({ cwd: folder, env, region: 'us-east-1' }),
        [arn],
      );
      expect(found.map(({ name }) => name)).toContain('one of a-bucket-1');
      expect(unknown.map(({ what }) => what)).toEqual([
        'bucket notifications of the other buckets',
        'bucket notifications of a-bucket-0',
      ]);
    } finally {
      await denied.close();
    }
  });
});

async function run(program: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const { PATH, HOME } = process.env;
  const { stdout } = await promisify(execFile)(program, args, {
    env: { PATH, HOME, AWS_PAGER: '', AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  return stdout;
}
