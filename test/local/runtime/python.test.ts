// Python functions in real processes: their input, their answers, and their failures.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RuntimeFixture, runtimeFixture } from './fixture.ts';

let fixture: RuntimeFixture;
beforeAll(async () => {
  fixture = await runtimeFixture();
});
afterAll(() => fixture.close());

const python = (...args: Parameters<RuntimeFixture['python']>) => fixture.python(...args);
const invoke = (...args: Parameters<RuntimeFixture['invoke']>) => fixture.invoke(...args);

describe('an answer of a Python handler', () => {
  it('is its return value, from the same process as before', async () => {
    const spec = await python(
      'import os\nn = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return {"event": event, "n": n, "pid": os.getpid()}\n',
    );
    const first = await invoke(spec, { a: ['ü', 1.5, null] });
    const second = await invoke(spec, 'text');
    expect(first.json).toMatchObject({ event: { a: ['ü', 1.5, null] }, n: 1 });
    expect(second.json).toEqual({ event: 'text', n: 2, pid: first.json.pid });
    expect(first.text).toContain('"ü"');
  });

  it('has non-ASCII characters escaped up to Python 3.11', async () => {
    const code = 'def handler(event, context):\n    return "ü"\n';
    const old = await python(code, { runtime: 'python3.11' });
    expect((await invoke(old)).text).toBe('"\\u00fc"');
  });

  it('is null for None, raw for bytes, and a number for a Decimal', async () => {
    const spec = await python(
      'from decimal import Decimal\ndef handler(event, context):\n    return {"none": None, "bytes": b"\\x00raw", "decimal": {"a": Decimal("1.5"), "b": Decimal(3)}}[event]\n',
    );
    expect((await invoke(spec, 'none')).text).toBe('null');
    expect((await invoke(spec, 'bytes')).text).toBe('\0raw');
    expect((await invoke(spec, 'decimal')).text).toBe('{"a": 1.5, "b": 3}');
  });

  it('may be as large as Lambda allows, and no larger', async () => {
    const spec = await python('def handler(event, context):\n    return "x" * (event - 2)\n');
    const most = await invoke(spec, 6_291_556);
    expect([most.failed, most.payload.length]).toEqual([false, 6_291_556]);
    const more = await invoke(spec, 6_291_557);
    expect(more).toMatchObject({
      failed: true,
      json: {
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        errorType: 'Function.ResponseSizeTooLarge',
      },
    });
    expect((await invoke(spec, 10)).failed).toBe(false);
  });
});

describe('the context of a Python handler', () => {
  it('has everything that AWS documents', async () => {
    const spec = await python(
      `import os
def handler(event, context):
    left = context.get_remaining_time_in_millis()
    fields = {name: getattr(context, name) for name in (
        "aws_request_id", "function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb",
        "log_group_name", "log_stream_name", "tenant_id")}
    client = context.client_context
    return {**fields, "left": 0 < left <= 20000, "type": type(context).__name__,
            "client": client and [client.custom, client.env, client.client.app_title, client.client.app_package_name],
            "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
            "trace": os.environ["_X_AMZN_TRACE_ID"]}
`,
      { version: '7', memorySize: 512 },
    );
    const plain = await invoke(spec);
    expect(plain.json).toEqual({
      aws_request_id: plain.requestId,
      function_name: spec.name,
      function_version: '7',
      invoked_function_arn: `arn:aws:lambda:eu-central-1:123456789012:function:${spec.name}`,
      memory_limit_in_mb: '512',
      log_group_name: `/aws/lambda/${spec.name}`,
      log_stream_name: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[7\][0-9a-f]{32}$/),
      tenant_id: null,
      left: true,
      type: 'LambdaContext',
      client: null,
      identity: [null, null],
      trace: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    });
    const full = await invoke(
      spec,
      {},
      {
        clientContext: '{"custom": {"a": "ü"}, "env": {"b": 1},\n "client": {"app_title": "t"}}',
        cognitoIdentity: '{"cognitoIdentityId": "i", "cognitoIdentityPoolId": "p"}',
        tenantId: 'tenant',
        traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793',
      },
    );
    expect(full.json).toMatchObject({
      client: [{ a: 'ü' }, { b: 1 }, 't', null],
      identity: ['i', 'p'],
      tenant_id: 'tenant',
      trace: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    });
  });
});

describe('an error of a Python handler', () => {
  it('is reported for an event that is nested too deeply', async () => {
    const spec = await python('def handler(event, context):\n    return 1\n');
    const payload = Buffer.from('['.repeat(100_000) + ']'.repeat(100_000));
    const { failed, json } = await invoke(spec, {}, { payload });
    expect(failed).toBe(true);
    expect(json).toMatchObject({
      errorType: 'Runtime.UnmarshalError',
      errorMessage: expect.stringMatching(/^Unable to unmarshal input: .*recursion/),
    });
  });

  it('has its type, message, request id and stack trace', async () => {
    const spec = await python('def handler(event, context):\n    raise ValueError("no good")\n');
    const { failed, json, log, requestId } = await invoke(spec);
    expect(failed).toBe(true);
    expect(json).toEqual({
      errorMessage: 'no good',
      errorType: 'ValueError',
      requestId,
      stackTrace: ['  File "/var/task/m.py", line 2, in handler\n    raise ValueError("no good")\n'],
    });
    expect(Object.keys(json)).toEqual(['errorMessage', 'errorType', 'requestId', 'stackTrace']);
    const error =
      '[ERROR] ValueError: no good\nTraceback (most recent call last):\n\u00a0\u00a0File "/var/task/m.py", line 2, in handler\n\u00a0\u00a0\u00a0\u00a0raise ValueError("no good")';
    expect(fixture.logOf(spec).slice(2, 5)).toEqual([
      expect.stringMatching(/^LAMBDA_WARNING: Unhandled exception\. [^\n]*runtimes-update\.html\r$/),
      error,
      `END RequestId: ${requestId}\n`,
    ]);
    // The result has each event on lines of its own, and no warning.
    expect(log).toContain(
      `START RequestId: ${requestId} Version: $LATEST\n${error}\nEND RequestId: ${requestId}\n`,
    );
    expect(log).toMatch(/REPORT .*Max Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n$/);
  });

  it('has no request id in Python 3.8', async () => {
    const code = 'def handler(event, context):\n    raise ValueError("no good")\n';
    const { json } = await invoke(await python(code, { runtime: 'python3.8' }));
    expect(Object.keys(json)).toEqual(['errorMessage', 'errorType', 'stackTrace']);
  });

  it('in the runtime library has file names as on Lambda', async () => {
    const spec = await python('import json\ndef handler(event, context):\n    json.loads("{")\n');
    const { stackTrace } = (await invoke(spec)).json;
    expect(stackTrace[1]).toMatch(
      /^ {2}File "\/var\/lang\/lib\/python3\.\d+\/json\/__init__\.py", line \d+, in loads\n/,
    );
  });

  it.each([
    [
      'Runtime.ImportModuleError',
      'import nowhere\n',
      'm.handler',
      "Unable to import module 'm': No module named 'nowhere'",
    ],
    [
      'Runtime.ImportModuleError',
      '',
      'other.handler',
      "Unable to import module 'other': No module named 'other'",
    ],
    ['Runtime.HandlerNotFound', '', 'm.nothing', "Handler 'nothing' missing on module 'm'"],
    [
      'Runtime.MalformedHandlerName',
      '',
      'handler',
      "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
    ],
    ['Runtime.BuiltInModuleConflict', '', 'sys.exit', 'Cannot use built-in module sys as a handler module'],
  ])(
    'is reported as an error of init, without a request id: %s',
    async (errorType, code, handler, errorMessage) => {
      const spec = await python(code, { handler });
      const { failed, json, log, requestId } = await invoke(spec);
      expect(failed).toBe(true);
      expect(json).toEqual({ errorMessage, errorType, requestId: '', stackTrace: [] });
      const messages = fixture.logOf(spec);
      // Init is repeated as part of the invocation.
      const error = `[ERROR] ${errorType}: ${errorMessage}\nTraceback (most recent call last):`;
      const known = `Status: error\tError Type: ${errorType}\n`;
      expect(messages.slice(1)).toEqual([
        expect.stringMatching(
          /^\[WARNING\]\t[\dT:.-]+Z\t\tLAMBDA_WARNING: Unhandled exception\. .*runtimes-update\.html\r\n$/,
        ),
        error,
        expect.stringMatching(new RegExp(`^INIT_REPORT Init Duration: [\\d.]+ ms\tPhase: init\t${known}$`)),
        expect.stringContaining('LAMBDA_WARNING'),
        error,
        expect.stringMatching(new RegExp(`^INIT_REPORT Init Duration: [\\d.]+ ms\tPhase: invoke\t${known}$`)),
        `START RequestId: ${requestId} Version: $LATEST\n`,
        `END RequestId: ${requestId}\n`,
        expect.stringMatching(new RegExp(`^REPORT RequestId: ${requestId}\t.* MB\t${known}$`)),
      ]);
      expect(messages[0]).toMatch(
        /^INIT_START Runtime Version: python:3\.12\.v1\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:[0-9a-f]{64}\n$/,
      );
      expect(log).not.toContain('INIT_START Runtime');
    },
  );

  it('of syntax shows the place', async () => {
    const spec = await python('def handler(event, context)\n    pass\n');
    const { json } = await invoke(spec);
    expect(json).toEqual({
      errorMessage: "Syntax error in module 'm': expected ':' (m.py, line 1)",
      errorType: 'Runtime.UserCodeSyntaxError',
      requestId: '',
      stackTrace: ['  File "/var/task/m.py" Line 1\n    def handler(event, context)\n'],
    });
  });

  it('while the module is imported shows the import', async () => {
    const spec = await python('raise Exception("Runtime startup fails")\n');
    const { json } = await invoke(spec);
    expect(json).toMatchObject({
      errorMessage: 'Runtime startup fails',
      errorType: 'Exception',
      requestId: '',
    });
    expect(json.stackTrace[0]).toMatch(
      /^ {2}File "\/var\/lang\/lib\/python3\.\d+\/importlib\/__init__\.py", line \d+, in import_module\n {4}return _bootstrap\._gcd_import\(name\[level:\], package, level\)\n$/,
    );
    expect(json.stackTrace[1]).toMatch(
      /^ {2}File "<frozen importlib\._bootstrap>", line \d+, in _gcd_import\n$/,
    );
    expect(json.stackTrace.at(-1)).toBe(
      '  File "/var/task/m.py", line 1, in <module>\n    raise Exception("Runtime startup fails")\n',
    );
    expect((await invoke(spec)).lines.find((line) => line.startsWith('REPORT'))).toContain(
      'Status: error\tError Type: Runtime.Unknown',
    );
  });

  it('is reported for an answer that is not JSON', async () => {
    const spec = await python('def handler(event, context):\n    return {1, 2}\n');
    const { json, requestId } = await invoke(spec);
    expect(json).toEqual({
      errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
      errorType: 'Runtime.MarshalError',
      requestId,
      stackTrace: [],
    });
  });
});

describe('a Python module', () => {
  it('may be in a folder, and import its neighbours', async () => {
    const files = {
      'm.py': '',
      'a/b/h.py': 'from a.b.other import text\ndef handler(e, c):\n    return text\n',
      'a/b/other.py': 'text = "found"\n',
    };
    expect((await invoke(await fixture.make(files, { handler: 'a/b/h.handler' }))).json).toBe('found');
    expect((await invoke(await fixture.make(files, { handler: 'a.b.h.handler' }))).json).toBe('found');
  });

  it('may log during its import and later', async () => {
    const spec = await python(
      'import logging\nlogging.warning("at init")\nlogging.getLogger().setLevel("INFO")\ndef handler(event, context):\n    logging.info("two\\nlines")\n    logging.debug("no")\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        logging.exception("caught")\n',
    );
    const { requestId } = await invoke(spec);
    const [init, ...messages] = fixture.logOf(spec).filter((message) => message.startsWith('['));
    expect(init).toMatch(/^\[WARNING\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t\tat init\n$/);
    expect(messages[0]).toMatch(new RegExp(`^\\[INFO\\]\t[\\dT:.-]+Z\t${requestId}\ttwo\nlines\n$`));
    expect(messages[1]).toMatch(
      new RegExp(
        `^\\[ERROR\\]\t[\\dT:.-]+Z\t${requestId}\tcaught\nTraceback \\(most recent call last\\):\n  File "/var/task/m.py", line 8, in handler\n`,
      ),
    );
    expect(messages).toHaveLength(2);
  });
});
