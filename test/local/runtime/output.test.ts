// The output of functions as log events: lines, parts of lines, bytes that are not text, and JSON with levels.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionSpec, Logging } from '../../../src/local/runtime/function-spec.ts';
import { type RuntimeFixture, runtimeFixture } from './fixture.ts';

let fixture: RuntimeFixture;
beforeAll(async () => {
  fixture = await runtimeFixture();
});
afterAll(() => fixture.close());

/** Events between START and END. */
function between(spec: FunctionSpec): string[] {
  const log = fixture.logOf(spec);
  const start = log.findIndex((message) => message.startsWith('START'));
  return log.slice(
    start + 1,
    log.findIndex((message) => message.startsWith('END')),
  );
}

describe('the text log of a function', () => {
  it('in Python has stdout and stderr in order, also of child processes, without empty lines', async () => {
    const spec = await fixture.python(
      `import logging, os, subprocess, sys
def handler(event, context):
    print("\\nmulti\\nline\\n\\nstring\\n")
    print("another\\rline")
    print("to stderr", file=sys.stderr)
    os.write(1, b"directly\\n")
    os.write(2, b"and there\\n")
    subprocess.run(["sh", "-c", "echo child; echo worse >&2"])
    logging.warning("logged")
    print("partial ", end="")
    logging.warning("after a part")
    context.log("by context")
    print("the end", end="")
`,
    );
    const { requestId } = await fixture.invoke(spec);
    const logged = (text: string) =>
      expect.stringMatching(new RegExp(`^\\[WARNING\\]\t[\\dT:.-]+Z\t${requestId}\t${text}\n$`));
    expect(between(spec)).toEqual([
      'multi\n',
      'line\n',
      'string\n',
      'another\rline\n',
      'to stderr\n',
      'directly\n',
      'and there\n',
      'child\n',
      'worse\n',
      logged('logged'),
      'partial ',
      logged('after a part'),
      'by context',
      'the end',
    ]);
  });

  it('in Node.js has one event per call of the console', async () => {
    const spec = await fixture.node(
      `import { spawnSync } from 'node:child_process';
export const handler = async () => {
  console.log('multi\\nline', { a: 1 }, 'back\\\\slash');
  console.error('bad');
  process.stdout.write('raw\\n');
  process.stderr.write('raw to stderr\\n');
  console.debug('fine'); console.warn('careful'); console.trace('where');
  spawnSync('sh', ['-c', 'echo child'], { stdio: 'inherit' });
  process.stdout.write('the end');
};
`,
    );
    const { requestId } = await fixture.invoke(spec);
    const logged = (level: string, text: string) =>
      expect.stringMatching(new RegExp(`^\\d{4}-[\\dT:.-]+Z\t${requestId}\t${level}\t${text}\n$`));
    expect(between(spec)).toEqual([
      logged('INFO', 'multi\nline \\{ a: 1 \\} back\\\\slash'),
      logged('ERROR', 'bad'),
      'raw\n',
      'raw to stderr\n',
      logged('DEBUG', 'fine'),
      logged('WARN', 'careful'),
      logged('TRACE', 'where'),
      'child\n',
      'the end',
    ]);
  });

  it('has lines of init before START, in the log of the invocation that waits for init', async () => {
    const spec = await fixture.node("console.log('loading');\nexport const handler = async () => 1;\n");
    const { lines } = await fixture.invoke(spec);
    expect(lines[0]).toMatch(/^[\dT:.-]+Z\tundefined\tINFO\tloading$/);
    expect(lines[1]).toMatch(/^START /);
  });
});

/** The same behaviour in both languages: the body of the handler. */
const handlers = {
  python: (...body: string[]) =>
    `import logging, os, sys, time\ndef handler(event, context):\n${body.map((line) => `    ${line}\n`).join('')}`,
  node: (...body: string[]) => `export const handler = async () => {\n${body.join('\n')}\n};\n`,
};

describe.each(['python', 'node'] as const)('the output of %s', (language) => {
  const run = async (...body: string[]) => {
    const spec = await fixture[language](handlers[language](...body));
    await fixture.invoke(spec);
    return between(spec);
  };
  const python = language === 'python';

  it('may contain bytes that are not text', async () => {
    const noise = python
      ? 'os.write(1, b"\\xff\\xfe\\x00\\x01noise\\n\\x00\\x00\\nok\\n")'
      : "process.stdout.write(Buffer.from('fffe00016e6f6973650a00000a6f6b0a', 'hex'));";
    expect(await run(noise)).toEqual(['\ufffd\ufffd\0\u0001noise\n', '\0\0\n', 'ok\n']);
  });

  it('is one event for a line that arrives in parts, and one at its end without a newline', async () => {
    const parts = python
      ? [
          'print("a ", end="", flush=True)',
          'time.sleep(0.05)',
          'print("line")',
          'print("no end", end="", flush=True)',
        ]
      : [
          "process.stdout.write('a ');",
          'await new Promise((resolve) => setTimeout(resolve, 50));',
          "process.stdout.write('line\\n');",
          "process.stdout.write('no end');",
        ];
    expect(await run(...parts)).toEqual(['a line\n', 'no end']);
  });

  it('is cut between characters where a line is longer than an event', async () => {
    const events = python
      ? await run('print("ü" * 200000)', 'logging.warning("x" * 300000)', 'print("end")')
      : await run(
          "process.stdout.write('ü'.repeat(200000) + '\\n');",
          "console.warn('x'.repeat(300000));",
          "process.stdout.write('end\\n');",
        );
    expect(events.every((event) => Buffer.byteLength(event) <= 262_118)).toBe(true);
    expect(events.at(-1)).toBe('end\n');
    const all = events.slice(0, -1).join('');
    const before = python ? '\n[WARNING]\t' : /\n[\dT:.-]+Z\t[\w-]+\tWARN\tx/;
    expect(all.startsWith('ü'.repeat(200_000))).toBe(true);
    expect(all.slice(200_000)).toMatch(before);
    expect(all.endsWith(`${'x'.repeat(300_000)}\n`)).toBe(true);
  });

  it('is complete, however much it is', async () => {
    const events = python
      ? await run('for n in range(50000): print(n)')
      : await run("for (let n = 0; n < 50000; n++) process.stdout.write(n + '\\n');");
    expect(events).toEqual(Array.from({ length: 50_000 }, (_, n) => `${n}\n`));
  });
});

describe('the JSON log of a function', () => {
  const logging = (changes: Partial<Logging> = {}): Partial<FunctionSpec> => ({
    logging: { format: 'JSON', applicationLevel: 'INFO', systemLevel: 'INFO', ...changes },
  });
  const json = (spec: FunctionSpec) =>
    fixture.logOf(spec).map((message) => (message.startsWith('{') ? JSON.parse(message) : message));
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  /** Python's records have no milliseconds. */
  const second = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  it('of Python has records with their fields, and prints unchanged', async () => {
    const spec = await fixture.python(
      `import logging, os
log = logging.getLogger("mine")
def handler(event, context):
    log.info("two\\nlines", extra={"order": 7})
    log.debug("no")
    print("plain")
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("caught")
    return [os.environ["AWS_LAMBDA_LOG_FORMAT"], os.environ["AWS_LAMBDA_LOG_LEVEL"]]
`,
      logging(),
    );
    const answer = await fixture.invoke(spec);
    const { requestId } = answer;
    expect(answer.json).toEqual(['JSON', 'INFO']);
    const functionArn = `arn:aws:lambda:eu-central-1:123456789012:function:${spec.name}`;
    expect(json(spec)).toEqual([
      {
        time,
        type: 'platform.initStart',
        record: {
          initializationType: 'on-demand',
          phase: 'init',
          runtimeVersion: 'python:3.12.v1',
          runtimeVersionArn: expect.stringMatching(/^arn:aws:lambda:eu-central-1::runtime:[0-9a-f]{64}$/),
          functionName: spec.name,
          functionVersion: '$LATEST',
          instanceId: expect.stringContaining(`${spec.name}[$LATEST]`),
          instanceMaxMemory: 268_435_456,
        },
      },
      { time, type: 'platform.start', record: { requestId, functionArn, version: '$LATEST' } },
      { timestamp: second, level: 'INFO', message: 'two\nlines', logger: 'mine', requestId, order: 7 },
      'plain\n',
      {
        timestamp: second,
        level: 'ERROR',
        message: 'caught',
        logger: 'mine',
        stackTrace: [
          expect.stringMatching(/^ {2}File "\/var\/task\/m\.py", line 8, in handler\n {4}1 \/ 0\n/),
        ],
        errorType: 'ZeroDivisionError',
        errorMessage: 'division by zero',
        requestId,
        location: '/var/task/m.py:handler:10',
      },
      {
        time,
        type: 'platform.report',
        record: {
          requestId,
          metrics: {
            durationMs: expect.any(Number),
            billedDurationMs: expect.any(Number),
            memorySizeMB: 256,
            maxMemoryUsedMB: expect.any(Number),
            initDurationMs: expect.any(Number),
          },
          status: 'success',
        },
      },
    ]);
  });

  it('of Node.js has the console, and errors as fields', async () => {
    const spec = await fixture.node(
      `export const handler = async () => {
  console.log({ a: 1 });
  console.info('text %s', 'formatted', 2);
  console.debug('no');
  console.error('failed', new TypeError('bad'));
  throw new RangeError('out');
};
`,
      logging(),
    );
    const { requestId } = await fixture.invoke(spec);
    const of = (level: string) => ({ timestamp: time, level, requestId });
    expect(json(spec).slice(2)).toEqual([
      { ...of('INFO'), message: { a: 1 } },
      { ...of('INFO'), message: 'text formatted 2' },
      {
        ...of('ERROR'),
        message: expect.stringContaining('failed TypeError: bad'),
        errorType: 'TypeError',
        errorMessage: 'bad',
        stackTrace: expect.arrayContaining(['TypeError: bad']),
      },
      {
        ...of('ERROR'),
        message: {
          errorType: 'RangeError',
          errorMessage: 'out',
          stackTrace: expect.arrayContaining(['RangeError: out']),
        },
      },
      expect.objectContaining({
        type: 'platform.runtimeDone',
        record: { requestId, status: 'failure', metrics: expect.anything() },
      }),
      expect.objectContaining({
        type: 'platform.report',
        record: expect.objectContaining({ status: 'failure' }),
      }),
    ]);
  });

  it('of Python has an error as one object', async () => {
    const spec = await fixture.python('def handler(event, context):\n    raise KeyError("k")\n', logging());
    const { requestId } = await fixture.invoke(spec);
    expect(json(spec)).toContainEqual(expect.stringMatching(/^LAMBDA_WARNING: /));
    expect(json(spec)).toContainEqual({
      timestamp: second,
      level: 'ERROR',
      errorMessage: "'k'",
      errorType: 'KeyError',
      requestId,
      stackTrace: [expect.stringContaining('raise KeyError')],
    });
  });

  describe.each(['python', 'node'] as const)('of %s', (language) => {
    const python = language === 'python';
    const run = async (changes: Partial<Logging>, ...body: string[]) => {
      const spec = await fixture[language](handlers[language](...body), logging(changes));
      return { spec, ...(await fixture.invoke(spec)) };
    };

    it('contains events from a level on, of the function and of Lambda', async () => {
      const levels = { applicationLevel: 'ERROR', systemLevel: 'WARN' } as const;
      const own = '{"level": "error", "timestamp": "2024-11-02T16:51:31.587199Z"}';
      const { spec, requestId } = python
        ? await run(
            levels,
            'logging.warning("careful")',
            'logging.error("bad")',
            'print("plain")',
            `print('${own}')`,
            `print('{"level": "error"}')`,
          )
        : await run(
            levels,
            "console.warn('careful'); console.info('no'); console.error('bad');",
            "process.stdout.write('plain\\n');",
            `process.stdout.write('${own}\\n');`,
            `process.stdout.write('{"level": "error"}\\n');`,
          );
      expect(json(spec)).toEqual([
        python
          ? { timestamp: second, level: 'ERROR', message: 'bad', logger: 'root', requestId }
          : { timestamp: time, level: 'ERROR', message: 'bad', requestId },
        { level: 'error', timestamp: '2024-11-02T16:51:31.587199Z' },
      ]);
    });

    it('contains every event at the lowest level', async () => {
      const { spec } = await run(
        { applicationLevel: 'TRACE', systemLevel: 'DEBUG' },
        python ? 'logging.debug("deep")' : "console.trace('deep');",
      );
      expect(json(spec).map(({ type, message }) => type ?? message)).toEqual([
        'platform.initStart',
        'platform.initReport',
        'platform.start',
        'deep',
        'platform.runtimeDone',
        'platform.report',
      ]);
    });

    it('contains the status of an ended process in its report', async () => {
      const { spec } = await run({}, python ? 'os._exit(3)' : 'process.exit(3);');
      expect(json(spec).at(-1).record).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
    });
  });
});
