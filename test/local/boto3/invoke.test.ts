// Invocations as boto3 sees them: answers, failures in Python and Node.js, the function's environment, its log.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesZip } from '../zip.ts';
import { account, arnOf, python, region, type Seen, seenByBoto3 } from './fixture.ts';

const inPython = `import json, logging, os, sys, tempfile, time
kept = os.path.join(tempfile.gettempdir(), "kept")
def handler(event, context):
    do = event.get("do")
    if do == "raise": raise ValueError("no good")
    if do == "exit": os._exit(0)
    if do == "exit 127": os._exit(127)
    if do == "sleep": open(kept, "w").close(); time.sleep(60)
    if do == "kept": return os.path.exists(kept)
    if do == "big": return "a" * 6291600
    if do == "arn": return context.invoked_function_arn
    if do == "pid": return os.getpid()
    if do == "environment": return {**os.environ, "cwd": os.getcwd()}
    if do == "log":
        logging.getLogger().setLevel("INFO")
        logging.info("said")
        print("printed")
    return event.get("value")
`;
const inNode = `import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
const kept = tmpdir() + '/kept';
export const handler = async ({ do: what, value }, context) => {
  if (what === 'raise') throw new TypeError('no good');
  if (what === 'exit') process.exit(0);
  if (what === 'exit 127') process.exit(127);
  if (what === 'kept') return existsSync(kept);
  if (what === 'sleep') writeFileSync(kept, '');
  if (what === 'sleep') await new Promise((resolve) => setTimeout(resolve, 60000));
  if (what === 'big') return 'a'.repeat(6291600);
  if (what === 'arn') return context.invokedFunctionArn;
  if (what === 'pid') return process.pid;
  if (what === 'environment') return { ...process.env, cwd: process.cwd() };
  if (what === 'log') console.log('said');
  return value;
};
`;
const functions = {
  python: { Runtime: 'python3.12', Code: { ZipFile: filesZip({ 'index.py': inPython }) } },
  node: { Runtime: 'nodejs20.x', Code: { ZipFile: filesZip({ 'index.mjs': inNode }) } },
};
const id = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

describe.skipIf(!python)('boto3', () => {
  let aws: Seen;
  const told = (FunctionName: string, event: object, more: object = {}) =>
    aws.call('lambda invoke', { FunctionName, Payload: JSON.stringify(event), ...more });
  const answer = async (...given: Parameters<typeof told>) =>
    JSON.parse((await told(...given)).Payload as string);

  beforeAll(async () => {
    aws = await seenByBoto3();
    for (const [name, settings] of Object.entries(functions))
      await aws.create(name, { ...settings, Timeout: 30 });
    await aws.call('lambda publish_version', { FunctionName: 'python' });
    await aws.call('lambda create_alias', { FunctionName: 'python', Name: 'live', FunctionVersion: '1' });
  });
  afterAll(() => aws?.stop());

  it('gets 200 and the version, or an empty body for what is queued or only checked', async () => {
    expect(await told('python', {})).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: 'null',
    });
    for (const [InvocationType, StatusCode] of [
      ['Event', 202],
      ['DryRun', 204],
    ] as const) {
      const queued = await told('python', {}, { InvocationType });
      expect(queued).toMatchObject({ StatusCode, Payload: '' });
      expect(queued.ExecutedVersion).toBeUndefined();
    }
  });

  it('cannot send what is no JSON, nor more than 6 MB', async () => {
    const send = (Payload: string) => aws.refusal('lambda invoke', { FunctionName: 'python', Payload });
    expect(await send('{no json')).toMatch(
      /^400 InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: /,
    );
    expect(await send(JSON.stringify('a'.repeat(6_291_455)))).toMatch(/^413 /);
  });

  it('knows by which ARN it is asked', async () => {
    const F = arnOf('python');
    expect(await answer('python', { do: 'arn' })).toBe(F);
    for (const Qualifier of ['live', '$LATEST'])
      expect(await answer('python', { do: 'arn' }, { Qualifier })).toBe(`${F}:${Qualifier}`);
  });

  describe.each(['python', 'node'])('of %s', (name) => {
    it('gets nothing as null, and all else as JSON', async () => {
      expect((await told(name, {})).Payload).toBe('null');
      expect(await answer(name, { value: { a: [1, 'ü'] } })).toEqual({ a: [1, 'ü'] });
    });

    it('finds the process that ran before', async () => {
      expect(await answer(name, { do: 'pid' })).toBe(await answer(name, { do: 'pid' }));
    });

    it('gets what the handler throws', async () => {
      const { FunctionError, Payload, StatusCode } = await told(name, { do: 'raise' });
      expect([StatusCode, FunctionError]).toEqual([200, 'Unhandled']);
      const payload = JSON.parse(Payload as string);
      if (name === 'python')
        expect(payload).toEqual({
          errorMessage: 'no good',
          errorType: 'ValueError',
          requestId: expect.stringMatching(id),
          stackTrace: [
            '  File "/var/task/index.py", line 5, in handler\n    if do == "raise": raise ValueError("no good")\n',
          ],
        });
      else
        expect(payload).toEqual({
          errorType: 'TypeError',
          errorMessage: 'no good',
          trace: expect.arrayContaining(['TypeError: no good']),
        });
    });

    it.each([
      ['exit', 'Runtime exited without providing a reason'],
      ['exit 127', 'Runtime exited with error: exit status 127'],
    ])('is told of an %s', async (what, reason) => {
      const { FunctionError, Payload } = await told(name, { do: what });
      expect(FunctionError).toBe('Unhandled');
      expect(JSON.parse(Payload as string)).toEqual({
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(new RegExp(`^RequestId: ${id} Error: ${reason}$`)),
      });
    });

    it('is told of a time-out, and finds a fresh process', async () => {
      const FunctionName = `${name}-short`;
      await aws.create(FunctionName, { ...functions[name as 'node'], Timeout: 1 });
      const before = await answer(FunctionName, { do: 'pid' });
      expect(await answer(FunctionName, { do: 'sleep' })).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(
          new RegExp(`^RequestId: ${id} Error: Task timed out after 1\\.00 seconds$`),
        ),
      });
      expect(await answer(FunctionName, { do: 'pid' })).not.toBe(before);
    });

    it('gets no more than 6 MB', async () => {
      expect(await answer(name, { do: 'big' })).toEqual({
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        errorType: 'Function.ResponseSizeTooLarge',
      });
    });

    it('has the environment of AWS', async () => {
      const environment = await answer(name, { do: 'environment' });
      const { Runtime } = functions[name as 'node'];
      expect(environment).toMatchObject({
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
        AWS_LAMBDA_RUNTIME_API: expect.any(String),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime}`,
        _HANDLER: 'index.handler',
        LAMBDA_RUNTIME_DIR: expect.any(String),
        TZ: ':UTC',
        LANG: 'en_US.UTF-8',
        PATH: expect.any(String),
        LD_LIBRARY_PATH: expect.any(String),
        [name === 'python' ? 'PYTHONPATH' : 'NODE_PATH']: expect.any(String),
        AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
        AWS_XRAY_DAEMON_ADDRESS: expect.any(String),
        _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-/),
        AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA|^L?SIA/),
        AWS_SECRET_ACCESS_KEY: expect.any(String),
        AWS_SESSION_TOKEN: expect.any(String),
      });
      expect(environment.cwd).toBe(environment.LAMBDA_TASK_ROOT);
      for (const of of ['HOME', 'USER', 'AWS_PROFILE']) expect(environment[of]).toBeUndefined();
    });

    it('reads the log, an event a line', async () => {
      const FunctionName = `${name}-log`;
      await aws.create(FunctionName, functions[name as 'node']);
      const requests: string[] = [];
      const results: string[] = [];
      for (const what of ['log', 'log', 'raise']) {
        const { headers, LogResult } = await told(FunctionName, { do: what }, { LogType: 'Tail' });
        requests.push(headers['x-amzn-requestid'] as string);
        results.push(Buffer.from(LogResult as string, 'base64').toString());
      }
      const [first, second, third] = requests as [string, string, string];
      const logGroupName = `/aws/lambda/${FunctionName}`;
      const streams = await aws.call('logs describe_log_streams', { logGroupName });
      const [stream] = streams.logStreams as { logStreamName: string }[];
      expect(stream?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
      const { logStreamName } = stream as { logStreamName: string };
      const input = { logGroupName, logStreamName, startFromHead: true };
      const messages = ((await aws.call('logs get_log_events', input)).events as { message: string }[]).map(
        ({ message }) => message,
      );

      const iso = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
      const said = (request: string) =>
        name === 'python'
          ? [`\\[INFO\\]\t${iso}\t${request}\tsaid\n`, 'printed\n']
          : [`${iso}\t${request}\tINFO\tsaid\n`];
      const report = (request: string, cold = '') =>
        `REPORT RequestId: ${request}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\t${cold}\n`;
      const around = (request: string, cold?: string, ...lines: string[]) => [
        `START RequestId: ${request} Version: \\$LATEST\n`,
        ...lines,
        `END RequestId: ${request}\n`,
        report(request, cold),
      ];
      const failed =
        name === 'python'
          ? [
              'LAMBDA_WARNING: Unhandled exception\\. .*',
              '\\[ERROR\\] ValueError: no good\nTraceback \\(most recent call last\\):\n\u00a0\u00a0File "/var/task/index.py", line 5, in handler\n\u00a0\u00a0\u00a0\u00a0if do == "raise": raise ValueError\\("no good"\\)',
            ]
          : [
              `${iso}\t${third}\tERROR\tInvoke Error \t\\{"errorType":"TypeError","errorMessage":"no good","stack":\\[.*\\]\\}\n`,
            ];
      const family = name === 'python' ? 'python:3\\.12' : 'nodejs:20';
      const notice = messages.filter((message) => message.startsWith('slsctl local: '));
      const expected = [
        `INIT_START Runtime Version: ${family}\\.v\\d+\tRuntime Version ARN: arn:aws:lambda:${region}::runtime:[0-9a-f]{64}\n`,
        ...around(first, 'Init Duration: \\d+\\.\\d\\d ms\t', ...said(first)),
        ...around(second, undefined, ...said(second)),
        ...around(third, undefined, ...failed),
      ];
      const lines = messages.filter((message) => !notice.includes(message));
      expect(lines).toEqual(expected.map((line) => expect.stringMatching(new RegExp(`^${line}$`, 's'))));
      const of = (request: string) => {
        const start = lines.indexOf(`START RequestId: ${request} Version: $LATEST\n`);
        const end = lines.findIndex((line) => line.startsWith(`REPORT RequestId: ${request}`));
        return lines.slice(start, end + 1).join('');
      };
      expect(results[0]).not.toContain('INIT_START');
      expect(results.slice(1)).toEqual([of(second), of(third)]);
    });
  });

  it('is answered by Python without a request id when the module fails', async () => {
    await aws.create('broken', {
      Code: { ZipFile: filesZip({ 'index.py': 'raise KeyError("early")' }) },
    });
    expect(await answer('broken', {})).toMatchObject({
      errorType: 'KeyError',
      errorMessage: "'early'",
      requestId: '',
    });
  });

  it('calls as the role of the function', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = await answer('python', {
      do: 'environment',
    });
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const sts = new STSClient({
      endpoint: aws.endpoint,
      region,
      credentials: {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        sessionToken: AWS_SESSION_TOKEN,
      },
    });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      `arn:aws:sts::${account}:assumed-role/worker/python`,
    );
  });

  it.each(['python', 'node'] as const)('finds /tmp as a time-out of %s left it', async (name) => {
    const FunctionName = `${name}-tmp`;
    await aws.create(FunctionName, { ...functions[name], Timeout: 1 });
    expect((await told(FunctionName, { do: 'sleep' })).FunctionError).toBe('Unhandled');
    expect(await answer(FunctionName, { do: 'kept' })).toBe(true);
  });
});
