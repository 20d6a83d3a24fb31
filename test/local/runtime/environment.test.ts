// The environment of functions: variables, the working folder, wrappers, custom runtimes, streams.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RuntimeFixture, runtimeFixture, until } from './fixture.ts';

let fixture: RuntimeFixture;
beforeAll(async () => {
  fixture = await runtimeFixture();
});
afterAll(() => fixture.close());

const showing = {
  python:
    'import os\ndef handler(event, context):\n    return {"env": dict(os.environ), "cwd": os.getcwd()}\n',
  node: 'export const handler = async () => ({ env: process.env, cwd: process.cwd() });\n',
};

describe.each(['python', 'node'] as const)('the variables of %s', (language) => {
  it('are those of AWS, without any of the user', async () => {
    const spec = await fixture[language](showing[language], { variables: { OWN: 'ü', TZ: 'Asia/Tokyo' } });
    process.env.SECRET_OF_THE_USER = 'x';
    const { env, cwd } = (await fixture.invoke(spec)).json;
    delete process.env.SECRET_OF_THE_USER;
    expect(env).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: spec.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringContaining('[$LATEST]'),
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
      AWS_ACCESS_KEY_ID: 'ASIATEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
      _AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129',
      _AWS_XRAY_DAEMON_PORT: '2000',
      _HANDLER: 'm.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-/),
      LAMBDA_TASK_ROOT: spec.codeDir,
      PWD: spec.codeDir,
      LANG: 'en_US.UTF-8',
      TZ: 'Asia/Tokyo',
      OWN: 'ü',
    });
    expect(cwd).toBe(env.LAMBDA_TASK_ROOT);
    const more = [
      'LAMBDA_RUNTIME_DIR',
      'LD_LIBRARY_PATH',
      'PATH',
      'SHLVL',
      'TMPDIR',
      'AWS_ENDPOINT_URL',
      'LC_CTYPE',
    ];
    const listed = `AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_FUNCTION_MEMORY_SIZE
      AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_LAMBDA_RUNTIME_API AWS_LAMBDA_INITIALIZATION_TYPE
      AWS_REGION AWS_DEFAULT_REGION AWS_EXECUTION_ENV AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
      AWS_XRAY_CONTEXT_MISSING AWS_XRAY_DAEMON_ADDRESS _AWS_XRAY_DAEMON_ADDRESS _AWS_XRAY_DAEMON_PORT _HANDLER
      _X_AMZN_TRACE_ID LAMBDA_TASK_ROOT PWD LANG TZ OWN PYTHONPATH NODE_PATH`.split(/\s+/);
    expect(Object.keys(env).filter((name) => ![...listed, ...more].includes(name))).toEqual([]);
  });

  it('may name a wrapper; a missing one ends with exit code 127', async () => {
    const spec = await fixture[language](showing[language]);
    const wrapper = join(spec.codeDir, 'wrapper.sh');
    await writeFile(wrapper, '#!/bin/sh\nexec 3<&-\nWRAPPED=yes exec "$@"\n');
    await chmod(wrapper, 0o755);
    for (const named of [wrapper, '/var/task/wrapper.sh', '/opt/wrapper.sh']) {
      const wrapped = {
        ...spec,
        revision: named,
        optDir: spec.codeDir,
        variables: { AWS_LAMBDA_EXEC_WRAPPER: named },
      };
      expect((await fixture.invoke(wrapped)).json.env.WRAPPED).toBe('yes');
    }
    const missing = {
      ...spec,
      revision: 'missing',
      variables: { AWS_LAMBDA_EXEC_WRAPPER: '/idontexist.sh' },
    };
    const { json, requestId } = await fixture.invoke(missing);
    expect(json).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 127`,
    });
  });
});

const apiOf = `import http.client, json, os
def call(method, path, body=None, headers={}):
    c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    c.request(method, "/2018-06-01/runtime" + path, body, headers)
    r = c.getresponse()
    return r, r.read()
`;

const starting = {
  python:
    'import subprocess\ndef handler(event, context):\n    return subprocess.run(event, close_fds=False).returncode\n',
  node: "import { spawnSync } from 'node:child_process';\nexport const handler = async ([file, ...args]) => spawnSync(file, args, { stdio: 'inherit' }).status;\n",
};

it.runIf(process.platform === 'linux').each(['python', 'node'] as const)(
  'child processes of a function in %s have no access to its Runtime API',
  async (language) => {
    const spec = await fixture[language](starting[language]);
    const status = async (script: string) => (await fixture.invoke(spec, ['/bin/sh', '-c', script])).json;
    expect(await status('test -e /proc/self/fd/1')).toBe(0);
    expect(await status('test -e /proc/self/fd/3')).toBe(1);
  },
);

describe('a function of provided.al2023', () => {
  const provided = (code: string, changes = {}) =>
    fixture.make(
      { bootstrap: `#!/usr/bin/env python3\n${apiOf}${code}` },
      { runtime: 'provided.al2023', ...changes },
    );

  it('runs the bootstrap of the package', async () => {
    const spec = await provided(
      'print("starting", flush=True)\nwhile True:\n    r, body = call("GET", "/invocation/next")\n    print("got", body.decode(), flush=True)\n    call("POST", "/invocation/" + r.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", body)\n',
    );
    const { json, lines } = await fixture.invoke(spec, { a: 1 });
    expect(json).toEqual({ a: 1 });
    expect(lines.slice(0, 3)).toEqual(['starting', expect.stringMatching(/^START/), 'got {"a":1}']);
    expect((await fixture.invoke(spec, 2)).json).toBe(2);
    expect(fixture.logOf(spec)[0]).toMatch(/^INIT_START Runtime Version: provided:al2023\.v1\t/);
  });

  it('runs a bootstrap that is a shell script', async () => {
    const spec = await fixture.make(
      { bootstrap: '#!/bin/sh\necho "$_HANDLER in $PWD" >&2\nexit 4\n' },
      { runtime: 'provided.al2023' },
    );
    const { json, log, requestId } = await fixture.invoke(spec);
    expect(json.errorMessage).toBe(`RequestId: ${requestId} Error: Runtime exited with error: exit status 4`);
    expect(log).toContain(`m.handler in ${spec.codeDir}\n`);
  });

  it('passes errors on unchanged', async () => {
    const spec = await provided(
      'r, body = call("GET", "/invocation/next")\ncall("POST", "/invocation/" + r.headers["Lambda-Runtime-Aws-Request-Id"] + "/error", \'{"errorMessage":"Error: some_error_msg","errorType":"errorString"}\')\ncall("GET", "/invocation/next")\n',
    );
    expect(await fixture.invoke(spec)).toMatchObject({
      failed: true,
      text: '{"errorMessage":"Error: some_error_msg","errorType":"errorString"}',
    });
    const atInit = await provided(
      'call("POST", "/init/error", \'{"errorType":"Runtime.Mine"}\')\nos._exit(1)\n',
    );
    const { text, log } = await fixture.invoke(atInit);
    expect(text).toBe('{"errorType":"Runtime.Mine"}');
    expect(log).toContain('Phase: invoke\tStatus: error\tError Type: Runtime.Mine\n');
  });

  it('is started again for the next invocation when its process ends after an answer', async () => {
    const spec = await provided(
      `import time
r, body = call("GET", "/invocation/next")
call("POST", "/invocation/" + r.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", str(os.getpid()))
time.sleep(0.2)
os._exit(3)
`,
    );
    const first = await fixture.invoke(spec);
    const second = await fixture.invoke(spec);
    expect([first.failed, second.failed]).toEqual([false, false]);
    expect(second.json).not.toBe(first.json);
    expect(second.log).not.toContain('Init Duration');
    const exit = (id: string) => `RequestId: ${id} Error: Runtime exited with error: exit status 3\n`;
    await until(() => fixture.logOf(spec).filter((line) => line.includes('exit status 3')).length === 2);
    const log = fixture.logOf(spec).join('');
    for (const { requestId } of [first, second]) {
      expect(log.split(exit(requestId))).toHaveLength(2);
      expect(log.indexOf(`REPORT RequestId: ${requestId}`)).toBeLessThan(log.indexOf(exit(requestId)));
    }
  });

  it('refuses unknown request ids, requests out of order, and browsers', async () => {
    const spec = await provided(
      `r, body = call("GET", "/invocation/next")
path = "/invocation/" + r.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
answers = [call("POST", "/invocation/other/response", "1"), call("GET", "/invocation/next"), call("GET", "/nothing"),
           call("POST", path, "1", {"Origin": "http://example.com"}), call("POST", path, "1", {"Host": "example.com"})]
call("POST", path, json.dumps([[r.status, json.loads(body)["errorType"]] for r, body in answers]))
call("GET", "/invocation/next")
`,
    );
    expect((await fixture.invoke(spec)).json).toEqual([
      [400, 'InvalidRequestID'],
      [403, 'InvalidStateTransition'],
      [404, 'NotFound'],
      [403, 'Forbidden'],
      [403, 'Forbidden'],
    ]);
  });

  it('reports a missing bootstrap, and one that cannot be run', async () => {
    for (const files of [{ other: '' }, { 'bootstrap.sh': '' }] as Record<string, string>[]) {
      const spec = await fixture.make(files, { runtime: 'provided.al2023' });
      const { text, log, requestId } = await fixture.invoke(spec);
      expect(text).toBe(
        `{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ${requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}`,
      );
      expect(log).toContain('Phase: invoke\tStatus: error\tError Type: Runtime.InvalidEntrypoint\n');
    }
  });
});

describe.concurrent('a streamed response', () => {
  const parts = () => {
    const got: string[] = [];
    return { got, onPart: (part: Uint8Array) => void got.push(Buffer.from(part).toString()) };
  };
  /** `released` resolves when the file in the event exists: the test has then seen the part it waits for. */
  const streaming = (body: string) =>
    fixture.node(
      `import { existsSync } from 'node:fs';
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
const released = async () => { while (!existsSync(event.gate)) await new Promise((resolve) => setTimeout(resolve, 5)); };
${body}\n});\n`,
    );
  const gate = () => join(fixture.root, randomUUID());

  it('is passed on part by part', async () => {
    const spec = await streaming(
      "stream.write('first'); await released(); stream.write({ a: 1 }); stream.end('last');",
    );
    const { got, onPart } = parts();
    const event = { gate: gate() };
    let atFirst = '';
    const { payload, failed, log } = await fixture.invoke(spec, event, {
      onPart: (part) => {
        if (!atFirst) atFirst = Buffer.from(part).toString();
        onPart(part);
        writeFileSync(event.gate, '');
      },
    });
    expect(atFirst).toBe('first');
    expect([got.join(''), payload.length, failed]).toEqual(['first{"a":1}last', 0, false]);
    expect(log).toContain('END RequestId');
    // The parts are joined for callers that take no parts, and the process is the same.
    expect((await fixture.invoke(spec, event)).text).toBe('first{"a":1}last');
  });

  it('may be larger than a buffered one, with pipeline', async () => {
    const spec = await fixture.node(
      `import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  await pipeline(Readable.from(Array.from({ length: 160 }, () => Buffer.alloc(65536, 120))), stream);
});
`,
    );
    let size = 0;
    const { failed } = await fixture.invoke(
      spec,
      {},
      {
        onPart: (part) => {
          size += part.length;
        },
      },
    );
    expect([failed, size]).toEqual([false, 160 * 65_536]);
  });

  it('starts with HTTP metadata', async () => {
    const spec = await streaming(
      "const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } }); http.write('body'); http.end();",
    );
    expect((await fixture.invoke(spec)).text).toBe(
      '{"statusCode":201,"headers":{"a":"b"}}\0\0\0\0\0\0\0\0body',
    );
  });

  it('is an ordinary error when it fails before its first part', async () => {
    const { failed, json } = await fixture.invoke(
      await streaming("throw new TypeError('early');"),
      {},
      parts(),
    );
    expect([failed, json.errorType, json.errorMessage]).toEqual([true, 'TypeError', 'early']);
  });

  it.each([
    ["stream.write('some'); throw new TypeError('late');", 'TypeError', '"errorMessage":"late"'],
    ["stream.write('some');", 'string', 'Response stream is not finished.'],
    ["stream.write('some'); await released(); process.exit(2);", 'Runtime.ExitError', 'exit status 2'],
  ])('reports an error at its end when it fails after its first part: %s', async (code, type, details) => {
    const { got, onPart } = parts();
    const event = { gate: gate() };
    const { failed, streamError, payload } = await fixture.invoke(await streaming(code), event, {
      onPart: (part) => {
        onPart(part);
        writeFileSync(event.gate, '');
      },
    });
    expect([got.join(''), failed, payload.length]).toEqual(['some', true, 0]);
    expect(streamError?.type).toBe(type);
    expect(streamError?.details).toContain(details);
  });

  it('keeps the sent parts after a time-out', async () => {
    const spec = await streaming("stream.write('some'); await new Promise((r) => setTimeout(r, 30000));");
    const { got, onPart } = parts();
    const { streamError } = await fixture.invoke({ ...spec, timeout: 1 }, {}, { onPart });
    expect([got.join(''), streamError?.type]).toEqual(['some', 'Sandbox.Timedout']);
  });

  it('continues after its caller has disconnected', async () => {
    const spec = await streaming("stream.write('some'); stream.end('more');");
    const gone = () => {
      throw new Error('gone');
    };
    expect((await fixture.invoke(spec, {}, { onPart: gone })).failed).toBe(false);
    expect((await fixture.invoke(spec)).text).toBe('somemore');
  });

  it('may come from a custom runtime', async () => {
    const code = `import socket
r, body = call("GET", "/invocation/next")
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
s = socket.create_connection((host, int(port)))
s.sendall(("POST /2018-06-01/runtime/invocation/" + r.headers["Lambda-Runtime-Aws-Request-Id"] + "/response HTTP/1.1\\r\\nHost: " + host + ":" + port + "\\r\\nLambda-Runtime-Function-Response-Mode: streaming\\r\\nTransfer-Encoding: chunked\\r\\nTrailer: Lambda-Runtime-Function-Error-Type\\r\\n\\r\\n3\\r\\none\\r\\n3\\r\\ntwo\\r\\n0\\r\\n\\r\\n").encode())
assert s.recv(100).startswith(b"HTTP/1.1 202")
call("GET", "/invocation/next")
`;
    const spec = await fixture.make(
      { bootstrap: `#!/usr/bin/env python3\n${apiOf}${code}` },
      { runtime: 'provided.al2023' },
    );
    const { got, onPart } = parts();
    expect((await fixture.invoke(spec, {}, { onPart })).failed).toBe(false);
    expect(got.join('')).toBe('onetwo');
  });
});
