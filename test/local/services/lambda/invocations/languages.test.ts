// What functions of both languages share, as a client sees it: concurrency, what is ready beforehand, code, layers, streams.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { filesZip } from '../../../zip.ts';
import { createFunction, type LambdaAws, refusal, startLambda, uniqueName } from '../fixture.ts';

/** Root writes everywhere, unless it can give that up: with setpriv, on Linux. */
const writesEverywhere = process.getuid?.() === 0 && (await setprivCommand()).length === 0;

const programs = {
  python: {
    'index.py': `import os, time
kind = os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
began = time.time()
def handler(event, context):
    while "until" in event and not os.path.exists(event["until"]): time.sleep(0.01)
    if "file" in event:
        try: open(os.path.join(os.environ["LAMBDA_TASK_ROOT"], event["file"]), "w")
        except OSError as error: return error.strerror
    if "fail" in event: raise ValueError("no")
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
  return [kind, began, process.pid];
};
`,
  },
};
/** A layer's module, and a function that says what it found in which. */
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

let aws: LambdaAws;
beforeAll(async () => {
  aws = await startLambda();
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

  it('runs as often at a time as is reserved for it; what goes beyond is refused, with the reason', async () => {
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
        // The two that run end when three have been refused.
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

  it('has done its init before the first invocation, where concurrency is provisioned', async () => {
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

  it('finds what its layers have in /opt, later ones over earlier ones', async () => {
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

  it('answers as a stream too: its whole response, or its error', async () => {
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
