// Runs a Node.js function behind the Lambda Runtime API, as AWS's own runtime does.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const taskRoot = process.env.LAMBDA_TASK_ROOT;
const token = process.env._SLSCTL_FRAME;
delete process.env._SLSCTL_FRAME;
const { AWS_LAMBDA_RUNTIME_API: host, _HANDLER: handlerName } = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let currentId = '';

/** Tells the local AWS something between the lines of the function's own output. */
function frame(fields) {
  write(1, `\0${token}${JSON.stringify(fields)}\n`);
}

function write(fd, text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      if (error.code === 'EPIPE') return;
      throw error;
    }
  }
}

const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' };
for (const [method, level] of Object.entries(levels)) {
  console[method] = (...values) => {
    frame({
      log: `${new Date().toISOString()}\t${currentId || 'undefined'}\t${level}\t${format(...values)}\n`,
    });
  };
}

function call(method, path, body, headers = {}) {
  const [hostname, port] = host.split(':');
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path: `/2018-06-01/runtime${path}`, headers, agent },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.once('end', () =>
          resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }),
        );
        answer.once('error', reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

function problem(type, message) {
  const error = new Error(message);
  error.name = type;
  error.stack = `${type}: ${message}`;
  return error;
}

async function load(name) {
  const dot = name.lastIndexOf('.');
  if (dot < 1) throw problem('Runtime.MalformedHandlerName', 'Bad handler');
  const [path, property] = [name.slice(0, dot), name.slice(dot + 1)];
  const base = join(taskRoot, path);
  const file = ['.js', '.mjs', '.cjs']
    .map((ending) => base + ending)
    .find((candidate) => existsSync(candidate));
  if (!file) throw problem('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);
  let module;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const syntax = problem('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
      syntax.stack = String(error.stack);
      throw syntax;
    }
    if (/^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND)$/.test(error?.code)) {
      throw problem('Runtime.ImportModuleError', `Error: ${error.message.replaceAll(taskRoot, '/var/task')}`);
    }
    throw error;
  }
  const handler = module[property] ?? module.default?.[property];
  if (handler === undefined) throw problem('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw problem('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler;
}

function contextOf(headers) {
  const env = process.env;
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const json = (text) => (text ? JSON.parse(text) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: json(headers['lambda-runtime-client-context']),
    identity: json(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

/** Handlers return a promise, or a value, or call back. */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const settle = (error, value) => (error === undefined || error === null ? resolve(value) : reject(error));
    context.done = settle;
    context.succeed = (value) => resolve(value);
    context.fail = (error) => reject(error ?? 'handled');
    const result = handler(event, context, settle);
    if (typeof result?.then === 'function') result.then(resolve, reject);
    else if (result !== undefined || handler.length < 3) resolve(result);
  });
}

function failure(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name || 'Error',
    errorMessage: error.message,
    trace: String(error.stack ?? '')
      .replaceAll(taskRoot.replaceAll(sep, '/'), '/var/task')
      .split('\n')
      .filter((line) => !line.includes(import.meta.url)),
  };
}

function postFailure(path, fields) {
  return call('POST', path, JSON.stringify(fields), {
    'content-type': 'application/json',
    'lambda-runtime-function-error-type': fields.errorType,
  });
}

function logFailure(what, error, fields) {
  const details = {
    ...fields,
    ...(error instanceof Error && error.code ? { code: error.code } : {}),
    stack: fields.trace,
  };
  delete details.trace;
  frame({
    log: `${new Date().toISOString()}\t${currentId || 'undefined'}\tERROR\t${what}\t${JSON.stringify(details)}\n`,
  });
}

function end(leaving) {
  frame({ end: currentId, leaving, maxMemory: process.resourceUsage().maxRSS });
}

async function handle(handler, { headers, body }) {
  currentId = headers['lambda-runtime-aws-request-id'];
  const trace = headers['lambda-runtime-trace-id'];
  if (trace) process.env._X_AMZN_TRACE_ID = trace;
  let result;
  try {
    const value = await run(handler, JSON.parse(body.toString()), contextOf(headers));
    result = JSON.stringify(value === undefined ? null : value);
    if (result === undefined)
      throw problem('Runtime.UnserializableResponse', 'Unable to stringify response body');
  } catch (error) {
    const fields = failure(error);
    logFailure('Invoke Error ', error, fields);
    end();
    await postFailure(`/invocation/${currentId}/error`, fields);
    return;
  }
  end();
  await call('POST', `/invocation/${currentId}/response`, result, { 'content-type': 'application/json' });
}

async function crash(type, error) {
  const fields = { ...failure(error), errorType: type, errorMessage: String(error?.stack ? error : error) };
  logFailure(
    type === 'Runtime.UnhandledPromiseRejection' ? 'Unhandled Promise Rejection ' : 'Uncaught Exception ',
    error,
    fields,
  );
  end(true);
  await (currentId
    ? postFailure(`/invocation/${currentId}/error`, fields)
    : postFailure('/init/error', fields)
  ).catch(() => {});
  process.exit(129);
}
process.on('uncaughtException', (error) => crash('Runtime.UnhandledException', error));
process.on('unhandledRejection', (error) => crash('Runtime.UnhandledPromiseRejection', error));

let handler;
try {
  handler = await load(handlerName);
} catch (error) {
  const fields = failure(error);
  logFailure('Uncaught Exception ', error, fields);
  frame({ init: false });
  await postFailure('/init/error', fields).catch(() => {});
  process.exit(1);
}
frame({ init: true, version: process.versions.node });
for (;;) {
  const next = await call('GET', '/invocation/next').catch(() => undefined);
  // Without an answer the local AWS is gone, and with it whoever would want ours.
  if (next?.status !== 200) process.exit(0);
  await handle(handler, next).catch(() => process.exit(0));
}
