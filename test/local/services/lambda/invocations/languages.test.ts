// Features of functions in both languages, from a client's view: concurrency, provisioning, code, layers, streams.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  PublishLayerVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setprivCommand } from '../../../../../src/local/runtime/process/setpriv.ts';
import { clientsOf } from '../../../../support/local.ts';
import { filesZip } from '../../../zip.ts';
import { createFunction, type LambdaAws, refusal, startLambda, uniqueName } from '../fixture.ts';

/** Root can write everywhere, unless setpriv takes that right away (on Linux). */
const writesEverywhere = process.getuid?.() === 0 && (await setprivCommand()).length === 0;

const programs = {
  python: {
    'index.py': `import logging, os, time
kind = os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
began = time.time()
def handler(event, context):
    while "until" in event and not os.path.exists(event["until"]): time.sleep(0.01)
    if "file" in event:
        try: open(os.path.join(os.environ["LAMBDA_TASK_ROOT"], event["file"]), "w")
        except OSError as error: return error.strerror
    if "fail" in event: raise ValueError("no")
    if "environment" in event: return {**os.environ, "cwd": os.getcwd()}
    if "say" in event:
        logging.getLogger().setLevel("INFO")
        logging.info(event["say"])
        print("printed")
    return [kind, began, os.getpid()]
`,
  },
  node: {
    'index.mjs': `import { existsSync, writeFileSync } from 'node:fs';
const kind = process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
const began = Date.now() / 1000;
export const handler = async (event) => {
  while (event.until && !existsSync(event.until)) await new Promise((resolve) => setTimeout(resolve, 10));
  if (event.file) {
    try { writeFileSync(process.env.LAMBDA_TASK_ROOT + '/' + event.file, ''); }
    catch (error) { return error.code === 'EACCES' ? 'Permission denied' : error.message; }
  }
  if (event.fail) throw new TypeError('no');
  if (event.environment) return { ...process.env, cwd: process.cwd() };
  if (event.say) console.log(event.say);
  return [kind, began, process.pid];
};
`,
  },
};
/** The module of a layer, and a function that returns which layer it found. */
const layered = {
  python: {
    layer: (files: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(files).map(([name, text]) => [`python/${name}.py`, `value = "${text}"\n`]),
      ),
    code: {
      'own.py': 'value = "own"\n',
      'index.py':
        'import both, first, own\ndef handler(event, context):\n    return [both.value, first.value, own.value]\n',
    },
  },
  node: {
    layer: (files: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `nodejs/node_modules/${name}/index.js`,
          `module.exports = '${text}';\n`,
        ]),
      ),
    code: {
      'node_modules/own/index.js': "module.exports = 'own';\n",
      'index.js': "exports.handler = async () => ['both', 'first', 'own'].map((name) => require(name));\n",
    },
  },
};
const runtimes = { python: 'python3.12', node: 'nodejs20.x' } as const;

const streamName = /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/;

let aws: LambdaAws;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  aws = await startLambda();
  ({ logs } = await clientsOf(aws.env));
});
afterAll(() => aws?.stop());

async function invoke(FunctionName: string, event: object = {}, more: Partial<InvokeCommandInput> = {}) {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more });
  const { Payload } = await aws.lambda.send(command);
  return JSON.parse(Payload?.transformToString() ?? '');
}

describe.each(['python', 'node'] as const)('a function of %s', (language) => {
  const make = (files: Record<string, string> = programs[language], more: object = {}) =>
    createFunction(aws, {
      Runtime: runtimes[language],
      Code: { ZipFile: filesZip(files) },
      Timeout: 60,
      ...more,
    });

  it('runs at most as often at once as its reserved concurrency allows; other invocations are refused with the reason', async () => {
    const FunctionName = await make();
    const reserve = (ReservedConcurrentExecutions: number) =>
      aws.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
    await reserve(2);
    const until = join(aws.home, randomUUID());
    let refused = 0;
    const all = Array.from({ length: 5 }, async () => {
      try {
        return (await invoke(FunctionName, { until }))[2] as number;
      } catch (error) {
        // The two running invocations end after three others have been refused.
        if (++refused === 3) await writeFile(until, '');
        const { name, message, Reason, Type, $metadata } = error as Record<string, unknown> & {
          $metadata: { httpStatusCode: number };
        };
        return { name, message, Reason, Type, status: $metadata.httpStatusCode };
      }
    });
    const answers = await Promise.all(all);
    const ran = answers.filter((answer) => typeof answer === 'number');
    expect(new Set(ran).size).toBe(2);
    expect(answers.filter((answer) => typeof answer !== 'number')).toEqual(
      Array(3).fill({
        name: 'TooManyRequestsException',
        message: 'Rate Exceeded.',
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
        status: 429,
      }),
    );
    expect(ran).toContain((await invoke(FunctionName))[2]);
    await reserve(0);
    expect(await refusal(invoke(FunctionName))).toMatchObject({ status: 429, message: 'Rate Exceeded.' });
  });

  it('with provisioned concurrency has finished its init before the first invocation', async () => {
    const FunctionName = await make(undefined, { Publish: true });
    const version = { FunctionName, Qualifier: '1' };
    await aws.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ ...version, ProvisionedConcurrentExecutions: 1 }),
    );
    let Status: string | undefined;
    while (Status !== 'READY') {
      ({ Status } = await aws.lambda.send(new GetProvisionedConcurrencyConfigCommand(version)));
      expect(Status).not.toBe('FAILED');
    }
    const before = Date.now() / 1000;
    const [kind, began, pid] = await invoke(FunctionName, {}, { Qualifier: '1' });
    expect(kind).toBe('provisioned-concurrency');
    expect(began).toBeLessThan(before);
    expect((await invoke(FunctionName, {}, { Qualifier: '1' }))[2]).toBe(pid);
    expect((await invoke(FunctionName))[0]).toBe('on-demand');
  });

  it.skipIf(writesEverywhere)('cannot write its code, not even as root', async () => {
    const FunctionName = await make();
    for (const file of [...Object.keys(programs[language]), 'new.txt']) {
      expect(await invoke(FunctionName, { file })).toBe('Permission denied');
    }
  });

  it('finds the content of its layers in /opt, later layers over earlier ones', async () => {
    const { layer, code } = layered[language];
    const publish = async (files: Record<string, string>) => {
      const Content = { ZipFile: filesZip(layer(files)) };
      const LayerName = uniqueName('layer');
      return (await aws.lambda.send(new PublishLayerVersionCommand({ LayerName, Content }))).LayerVersionArn;
    };
    const first = (await publish({ both: 'first', first: 'first', own: 'first' })) as string;
    const second = (await publish({ both: 'second' })) as string;
    const FunctionName = await make(code, { Layers: [first, second] });
    expect(await invoke(FunctionName)).toEqual(['second', 'first', 'own']);
    const Layers = [second, first];
    await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers }));
    expect(await invoke(FunctionName)).toEqual(['first', 'first', 'own']);
  });

  it('has the variables of AWS, and none of the user', async () => {
    const FunctionName = await make();
    const environment = await invoke(FunctionName, { environment: true });
    expect(environment).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FunctionName}`,
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(streamName),
      AWS_LAMBDA_RUNTIME_API: expect.any(String),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_REGION: aws.region,
      AWS_DEFAULT_REGION: aws.region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtimes[language]}`,
      _HANDLER: 'index.handler',
      LAMBDA_RUNTIME_DIR: expect.any(String),
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      PATH: expect.any(String),
      LD_LIBRARY_PATH: expect.any(String),
      [language === 'python' ? 'PYTHONPATH' : 'NODE_PATH']: expect.any(String),
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      AWS_XRAY_DAEMON_ADDRESS: expect.any(String),
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-/),
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA|^L?SIA/),
      AWS_SECRET_ACCESS_KEY: expect.any(String),
      AWS_SESSION_TOKEN: expect.any(String),
    });
    expect(environment.cwd).toBe(environment.LAMBDA_TASK_ROOT);
    for (const name of ['HOME', 'USER', 'AWS_PROFILE']) expect(environment[name]).toBeUndefined();
  });

  it('logs one event per line, from INIT_START to REPORT, and answers the lines of an invocation', async () => {
    const FunctionName = await make();
    const requests: string[] = [];
    const results: string[] = [];
    for (const event of [{ say: 'said' }, { say: 'said' }, { fail: true }]) {
      const Payload = JSON.stringify(event);
      const command = new InvokeCommand({ FunctionName, Payload, LogType: 'Tail' });
      const { $metadata, LogResult = '' } = await aws.lambda.send(command);
      requests.push($metadata.requestId as string);
      results.push(Buffer.from(LogResult, 'base64').toString());
    }
    const [first, second, third] = requests as [string, string, string];
    const logGroupName = `/aws/lambda/${FunctionName}`;
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    const { logStreamName } = logStreams[0] ?? {};
    expect(logStreamName).toMatch(streamName);
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
    );
    const lines = events
      .map(({ message = '' }) => message)
      .filter((message) => !message.startsWith('slsctl local: '));

    const iso = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
    const written = {
      python: {
        family: 'python:3\\.12',
        said: (request: string) => [`\\[INFO\\]\t${iso}\t${request}\tsaid\n`, 'printed\n'],
        failed: [
          'LAMBDA_WARNING: Unhandled exception\\. .*',
          '\\[ERROR\\] ValueError: no\nTraceback \\(most recent call last\\):\n\u00a0\u00a0File "/var/task/index.py", line \\d+, in handler\n\u00a0\u00a0\u00a0\u00a0if "fail" in event: raise ValueError\\("no"\\)',
        ],
      },
      node: {
        family: 'nodejs:20',
        said: (request: string) => [`${iso}\t${request}\tINFO\tsaid\n`],
        failed: [
          `${iso}\t${third}\tERROR\tInvoke Error \t\\{"errorType":"TypeError","errorMessage":"no","stack":\\[.*\\]\\}\n`,
        ],
      },
    }[language];
    const around = (request: string, between: string[], cold = '') => [
      `START RequestId: ${request} Version: \\$LATEST\n`,
      ...between,
      `END RequestId: ${request}\n`,
      `REPORT RequestId: ${request}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\t${cold}\n`,
    ];
    const expected = [
      `INIT_START Runtime Version: ${written.family}\\.v\\d+\tRuntime Version ARN: arn:aws:lambda:${aws.region}::runtime:[0-9a-f]{64}\n`,
      ...around(first, written.said(first), 'Init Duration: \\d+\\.\\d\\d ms\t'),
      ...around(second, written.said(second)),
      ...around(third, written.failed),
    ];
    expect(lines).toEqual(expected.map((line) => expect.stringMatching(new RegExp(`^${line}$`, 's'))));
    const linesOf = (request: string) => {
      const start = lines.indexOf(`START RequestId: ${request} Version: $LATEST\n`);
      const end = lines.findIndex((line) => line.startsWith(`REPORT RequestId: ${request}`));
      return lines.slice(start, end + 1).join('');
    };
    expect(results[0]).not.toContain('INIT_START');
    // The result has each event of the bootstrap on lines of its own, and no warning about updates of the runtime.
    const result = linesOf(third)
      .replace(/LAMBDA_WARNING: .*\r/, '')
      .replace(/(?<!\n)END RequestId/, '\nEND RequestId');
    expect(results.slice(1)).toEqual([linesOf(second), result]);
  });

  it('can answer as a stream: its whole response, or its error', async () => {
    const FunctionName = await make();
    const events = async (event: object) => {
      const Payload = JSON.stringify(event) as never;
      const command = new InvokeWithResponseStreamCommand({ FunctionName, Payload });
      const { EventStream } = await aws.lambda.send(command);
      const found: object[] = [];
      for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
        found.push(
          PayloadChunk
            ? JSON.parse(Buffer.from(PayloadChunk.Payload ?? []).toString())
            : (InvokeComplete ?? {}),
        );
      }
      return found;
    };
    expect(await events({})).toEqual([['on-demand', expect.any(Number), expect.any(Number)], {}]);
    expect(await events({ fail: true })).toEqual([
      { ErrorCode: 'Unhandled', ErrorDetails: expect.stringContaining('"no"') },
    ]);
  });
});
