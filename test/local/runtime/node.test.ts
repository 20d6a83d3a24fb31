// Node.js functions in real processes: their input, their answers, and their failures.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RuntimeFixture, runtimeFixture, until } from './fixture.ts';

let fixture: RuntimeFixture;
beforeAll(async () => {
  fixture = await runtimeFixture();
});
afterAll(() => fixture.close());

const node = (...args: Parameters<RuntimeFixture['node']>) => fixture.node(...args);
const invoke = (...args: Parameters<RuntimeFixture['invoke']>) => fixture.invoke(...args);
const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';

describe('an answer of a Node.js handler', () => {
  it('is its return value, from the same process as before', async () => {
    const spec = await node(
      'let n = 0;\nexport const handler = async (event) => ({ event, n: ++n, pid: process.pid });\n',
    );
    const first = await invoke(spec, { a: ['ü', 1.5, null] });
    const second = await invoke(spec, 'text');
    expect(first.text).toBe(`{"event":{"a":["ü",1.5,null]},"n":1,"pid":${first.json.pid}}`);
    expect(second.json).toEqual({ event: 'text', n: 2, pid: first.json.pid });
  });

  it('may be given to a callback, which waits for an empty event loop unless told not to', async () => {
    const spec = await node(
      `export const handler = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event.wait;
  let late = false;
  setTimeout(() => { late = true; }, 200);
  const value = { get late() { return late; } };
  callback(null, value);
};
`,
    );
    expect((await invoke(spec, { wait: true })).text).toBe('{"late":true}');
    expect((await invoke(spec, { wait: false })).text).toBe('{"late":false}');
  });

  it('may be given to context.succeed, done and fail', async () => {
    const spec = await node(
      `export const handler = (event, context) => {
  if (event === 'succeed') context.succeed(1);
  if (event === 'done') context.done(null, 2);
  if (event === 'fail') context.fail('sorry');
};
`,
    );
    expect((await invoke(spec, 'succeed')).text).toBe('1');
    expect((await invoke(spec, 'done')).text).toBe('2');
    expect((await invoke(spec, 'fail')).json).toEqual({
      errorType: 'string',
      errorMessage: 'sorry',
      trace: [],
    });
  });

  it('is null when the handler returns nothing, or a plain handler never answers', async () => {
    expect((await invoke(await node('export const handler = async () => {};\n'))).text).toBe('null');
    expect((await invoke(await node('export const handler = () => {};\n'))).text).toBe('null');
    expect((await invoke(await node('export const handler = () => 5;\n'))).text).toBe('null');
  });

  it('is an error when its promise is never settled', async () => {
    const { failed, json } = await invoke(
      await node('export const handler = async () => new Promise(() => {});\n'),
    );
    expect([failed, json.errorType]).toEqual([true, 'Runtime.NodeJsExit']);
    expect(json.errorMessage).toMatch(
      /^The Lambda runtime client detected an unexpected Node\.js exit code\./,
    );
  });

  it('may be as large as Lambda allows, and no larger', async () => {
    const spec = await node("export const handler = async (event) => 'x'.repeat(event - 2);\n");
    expect((await invoke(spec, 6_291_556)).payload.length).toBe(6_291_556);
    expect((await invoke(spec, 6_291_557)).json.errorType).toBe('Function.ResponseSizeTooLarge');
    expect((await invoke(spec, 10)).failed).toBe(false);
  });
});

it('the context of a Node.js handler has everything that AWS documents', async () => {
  const spec = await node(
    `export const handler = async (event, context) => ({
  ...context, left: context.getRemainingTimeInMillis(), names: Object.keys(context).sort(), trace: process.env._X_AMZN_TRACE_ID,
});
`,
    { version: '7', memorySize: 512 },
  );
  const { json, requestId } = await invoke(
    spec,
    {},
    {
      clientContext: '{"custom":{"a":"ü"}}',
      cognitoIdentity: '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
      traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    },
  );
  expect(json).toMatchObject({
    callbackWaitsForEmptyEventLoop: true,
    functionName: spec.name,
    functionVersion: '7',
    memoryLimitInMB: '512',
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[7\][0-9a-f]{32}$/),
    clientContext: { custom: { a: 'ü' } },
    identity: { cognitoIdentityId: 'i', cognitoIdentityPoolId: 'p' },
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${spec.name}`,
    awsRequestId: requestId,
    trace: 'Root=1-5759e988-bd862e3fe1be46a994272793',
  });
  expect(json.left).toBeGreaterThan(0);
  expect(json.left).toBeLessThanOrEqual(20_000);
  expect(json.names).toEqual(
    'awsRequestId callbackWaitsForEmptyEventLoop clientContext done fail functionName functionVersion getRemainingTimeInMillis identity invokedFunctionArn logGroupName logStreamName memoryLimitInMB succeed tenantId'.split(
      ' ',
    ),
  );
});

describe('an error of a Node.js handler', () => {
  it('has its type, message and stack trace', async () => {
    const spec = await node('export const handler = async () => {\n  throw new TypeError("no good");\n};\n');
    const { failed, json, requestId } = await invoke(spec);
    expect(failed).toBe(true);
    expect(Object.keys(json)).toEqual(['errorType', 'errorMessage', 'trace']);
    expect(json).toMatchObject({ errorType: 'TypeError', errorMessage: 'no good' });
    expect(json.trace.slice(0, 2)).toEqual([
      'TypeError: no good',
      '    at Runtime.handler (file:///var/task/m.mjs:2:9)',
    ]);
    expect(json.trace[2]).toMatch(/^ {4}at .*file:\/\/\/var\/runtime\/index\.mjs:\d+:\d+\)$/);
    const logged = fixture.logOf(spec).find((message) => message.includes('ERROR'));
    expect(logged).toMatch(
      new RegExp(
        `^${time}\t${requestId}\tERROR\tInvoke Error \t\\{"errorType":"TypeError","errorMessage":"no good","stack":\\["TypeError: no good",".*\\]\\}\n$`,
      ),
    );
  });

  it.each([
    ['"oops"', { errorType: 'string', errorMessage: 'oops', trace: [] }],
    ['5', { errorType: 'number', errorMessage: '5', trace: [] }],
    ['{ a: 1 }', { errorType: 'object', errorMessage: '[object Object]', trace: [] }],
  ])('may be thrown as something other than an Error: %s', async (value, expected) => {
    const spec = await node(`export const handler = async () => { throw ${value}; };\n`);
    expect((await invoke(spec)).json).toEqual(expected);
  });

  it('is reported for an answer that is not JSON', async () => {
    const spec = await node('export const handler = async () => ({ big: 1n });\n');
    expect((await invoke(spec)).json).toMatchObject({
      errorType: 'Error',
      errorMessage: 'Unable to stringify response body',
    });
  });

  it.each([
    [
      'Runtime.ImportModuleError',
      { 'm.js': '' },
      'other.handler',
      /^Error: Cannot find module 'other'\nRequire stack:\n- /,
    ],
    [
      'Runtime.ImportModuleError',
      { 'm.js': "require('nowhere');\n" },
      'm.handler',
      /^Error: Cannot find module 'nowhere'\nRequire stack:\n- \/var\/task\/m\.js\n/,
    ],
    ['Runtime.HandlerNotFound', { 'm.mjs': '' }, 'm.handler', /^m\.handler is undefined or not exported$/],
    [
      'Runtime.HandlerNotFound',
      { 'm.mjs': 'export const handler = 5;\n' },
      'm.handler',
      /^m\.handler is not a function$/,
    ],
    ['Runtime.MalformedHandlerName', { 'm.mjs': '' }, 'handler', /^Bad handler$/],
    [
      'Runtime.MalformedHandlerName',
      { 'm.mjs': '' },
      '../m.handler',
      /^'\.\.\/m\.handler' is not a valid handler name\. Use absolute paths/,
    ],
    [
      'Runtime.UserCodeSyntaxError',
      { 'm.js': 'exports.handler = ;\n' },
      'm.handler',
      /^SyntaxError: Unexpected token ';'$/,
    ],
    ['Error', { 'm.js': 'throw new Error("at init");\n' }, 'm.handler', /^at init$/],
  ])('is reported as an error of init: %s', async (errorType, files, handler, message) => {
    const spec = await fixture.make(files as Record<string, string>, { handler });
    const { failed, json, requestId } = await invoke(spec);
    expect([failed, json.errorType]).toEqual([true, errorType]);
    expect(json.errorMessage).toMatch(message);
    expect(Object.keys(json)).toEqual(['errorType', 'errorMessage', 'trace']);
    const reported = errorType === 'Error' ? 'Runtime.Unknown' : errorType;
    const error = new RegExp(
      `^${time}\tundefined\tERROR\tUncaught Exception \t\\{"errorType":"${errorType}"`,
    );
    expect(fixture.logOf(spec).slice(1)).toEqual([
      expect.stringMatching(error),
      expect.stringMatching(
        new RegExp(`^INIT_REPORT .*\tPhase: init\tStatus: error\tError Type: ${reported}\n$`),
      ),
      expect.stringMatching(error),
      expect.stringMatching(
        new RegExp(`^INIT_REPORT .*\tPhase: invoke\tStatus: error\tError Type: ${reported}\n$`),
      ),
      `START RequestId: ${requestId} Version: $LATEST\n`,
      `END RequestId: ${requestId}\n`,
      expect.stringMatching(new RegExp(`^REPORT .*\tStatus: error\tError Type: ${reported}\n$`)),
    ]);
  });

  it('that is not caught ends the process, after the answer', async () => {
    const spec = await node(
      'export const handler = (event) => new Promise(() => { setTimeout(() => { throw new RangeError("late"); }, 1); });\n',
    );
    const { json, requestId } = await invoke(spec);
    expect(json).toMatchObject({ errorType: 'RangeError', errorMessage: 'late' });
    const log = () => fixture.logOf(spec);
    await until(() => log().some((line) => line.endsWith('Runtime.ExitError\n')));
    expect(log().find((line) => line.includes('Uncaught'))).toMatch(
      new RegExp(`^${time}\t${requestId}\tERROR\tUncaught Exception \t\\{"errorType":"RangeError"`),
    );
    expect(log().at(-1)).toBe(
      `RequestId: ${requestId} Error: Runtime exited with error: exit status 129\nRuntime.ExitError\n`,
    );
    // The next invocation gets a new process, and its init is part of the invocation.
    expect((await invoke(spec)).log).not.toContain('Init Duration');
  });

  it('is reported as an unhandled rejection when nobody handles the promise', async () => {
    const spec = await node(
      'export const handler = () => new Promise((resolve) => { Promise.reject(new Error("alone")); setTimeout(resolve, 1000); });\n',
    );
    const { json, requestId } = await invoke(spec);
    expect(json).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: alone',
    });
    expect(json.trace[0]).toBe('Runtime.UnhandledPromiseRejection: Error: alone');
    expect(fixture.logOf(spec).find((line) => line.includes('Unhandled Promise'))).toMatch(
      new RegExp(
        `^${time}\t${requestId}\tERROR\tUnhandled Promise Rejection \t\\{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"Error: alone","reason":\\{"errorType":"Error","errorMessage":"alone","stack":\\[.*\\]\\},"promise":\\{\\},"stack":\\[`,
      ),
    );
  });
});

describe('a Node.js module', () => {
  it.each([
    ['CommonJS', { 'm.js': 'exports.handler = async () => typeof require;\n' }, 'm.handler', 'function'],
    ['.cjs', { 'm.cjs': 'exports.handler = async () => typeof require;\n' }, 'm.handler', 'function'],
    [
      'an ES module by package.json',
      { 'package.json': '{"type":"module"}', 'm.js': 'export const handler = async () => typeof require;\n' },
      'm.handler',
      'undefined',
    ],
    ['in a folder', { 'a/b/m.mjs': 'export const handler = async () => 1;\n' }, 'a/b/m.handler', 1],
    [
      'with handlers in objects',
      { 'm.js': 'exports.a = { b: { handler: async () => 2 } };\n' },
      'm.a.b.handler',
      2,
    ],
    [
      'from node_modules',
      { 'node_modules/pkg/index.js': 'exports.handler = async () => 3;\n' },
      'pkg.handler',
      3,
    ],
  ])('may be %s', async (_, files, handler, expected) => {
    expect(
      (await invoke(await fixture.make(files as unknown as Record<string, string>, { handler }))).json,
    ).toBe(expected);
  });

  it('may use top-level await', async () => {
    const spec = await node(
      'const n = await new Promise((r) => setTimeout(r, 20, 4));\nexport const handler = async () => n;\n',
    );
    expect((await invoke(spec)).json).toBe(4);
  });
});

it('nodejs24.x does not accept callbacks', async () => {
  const spec = await node('export const handler = (event, context, callback) => callback(null, 1);\n', {
    runtime: 'nodejs24.x',
  });
  expect((await invoke(spec)).json).toMatchObject({
    errorType: 'Runtime.CallbackHandlerDeprecated',
    errorMessage: expect.stringContaining('removed support for callback-based function handlers'),
  });
});

describe('ES syntax in a file that Node.js takes for CommonJS', () => {
  const code = { 'm.js': 'import fs from "node:fs";\nexport const handler = async () => typeof fs;\n' };
  const detects = process.allowedNodeEnvironmentFlags.has('--no-experimental-require-module');

  it.each(['nodejs18.x', 'nodejs20.x', 'nodejs22.x'])('is refused on %s, as on Lambda', async (runtime) => {
    const { json } = await invoke(await fixture.make(code, { runtime }));
    expect(json).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });
  });

  it.runIf(detects)('is accepted when the function switches it on', async () => {
    const NODE_OPTIONS = '--experimental-require-module --experimental-detect-module';
    const spec = await fixture.make(code, { runtime: 'nodejs22.x', variables: { NODE_OPTIONS } });
    expect((await invoke(spec)).json).toBe('object');
  });

  it.runIf(detects)('is accepted in a module that is required, only on nodejs24.x', async () => {
    const files = {
      'm.js': 'exports.handler = async () => require("./b.mjs").b;\n',
      'b.mjs': 'export const b = 1;\n',
    };
    const on = async (runtime: string) => (await invoke(await fixture.make(files, { runtime }))).json;
    expect(await on('nodejs24.x')).toBe(1);
    for (const runtime of ['nodejs20.x', 'nodejs22.x']) {
      expect(await on(runtime)).toMatchObject({
        errorMessage: expect.stringContaining('require() of ES Module'),
      });
    }
  });
});
