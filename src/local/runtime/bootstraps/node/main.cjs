// Runs a Node.js function behind the Lambda Runtime API, as AWS's own runtime does.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
'use strict';
const { RuntimeClient } = require('./client.cjs');
const errors = require('./errors.cjs');
const { loadHandler, streaming } = require('./handler.cjs');
const { findLayerModules } = require('./layer-modules.cjs');
const log = require('./log.cjs');

const env = process.env;
/** Called when the event loop is empty: set for each invocation. */
let onEmptyLoop = () => {};

class Runtime {
  constructor(client, handler) {
    this.client = client;
    this.handler = handler;
    this.handleOnce =
      handler[streaming] === 'response' ? this.handleOnceStreaming : this.handleOnceNonStreaming;
  }

  async run() {
    for (let answer; ; ) {
      const next = await this.client.next(answer);
      const id = next.headers['lambda-runtime-aws-request-id'];
      log.current.requestId = id;
      log.current.tenantId = next.headers['lambda-runtime-aws-tenant-id'];
      answer = await this.handleOnce(id, next);
      onEmptyLoop = () => {};
    }
  }

  /** Resolves with the request that answers the invocation. */
  handleOnceNonStreaming(id, { headers, body }) {
    let resolve;
    const answered = new Promise((done) => {
      resolve = done;
    });
    let over = false;
    const answer = (request) => {
      if (over) return;
      over = true;
      resolve(request);
    };
    const respond = (value) => {
      let text;
      try {
        text = JSON.stringify(value === undefined ? null : value) ?? 'null';
      } catch {
        throw new Error('Unable to stringify response body');
      }
      answer(this.client.response(id, text));
    };
    const fail = (error) => {
      if (over) return;
      log.logError('Invoke Error', error);
      answer(this.client.error(id, errors.toResponse(error)));
    };
    const settle = (error, value, finish) => {
      if (error !== undefined && error !== null) return fail(error);
      try {
        finish(value);
      } catch (problem) {
        fail(problem);
      }
    };
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      succeed: (value) => settle(null, value, respond),
      fail: (error) => settle(error ?? 'handled'),
      done: (error, value) => settle(error, value, respond),
    };
    const callback = (error, value) =>
      settle(error, value, (result) => {
        if (context.callbackWaitsForEmptyEventLoop) onEmptyLoop = () => context.succeed(result);
        else respond(result);
      });
    // The handler never answers: an async handler has failed, another one answers null.
    onEmptyLoop = () => {
      if (this.handler.constructor?.name === 'AsyncFunction') fail(new errors.NodeJsExit());
      else respond(null);
    };
    try {
      const result = this.handler(JSON.parse(body.toString()), contextOf(headers, context), callback);
      if (typeof result?.then === 'function') result.then(context.succeed, context.fail);
    } catch (error) {
      fail(error);
    }
    return answered;
  }

  async handleOnceStreaming(id, { headers, body }) {
    const { ResponseStream } = require('./stream.cjs');
    const stream = new ResponseStream(this.client, id, this.handler);
    const failed = (error) => {
      log.logError('Invoke Error', error);
      return stream.fail(errors.toResponse(error));
    };
    // Work that the handler left open is dropped once the event loop is empty.
    let giveUp;
    const empty = new Promise((resolve) => {
      giveUp = resolve;
    });
    onEmptyLoop = giveUp;
    this.client.inUse = stream;
    try {
      const result = this.handler(
        JSON.parse(body.toString()),
        stream.face,
        contextOf(headers, { callbackWaitsForEmptyEventLoop: true }),
      );
      if (typeof result?.then !== 'function') return failed('Streaming does not support non-async handlers.');
      const value = await Promise.race([result, empty]);
      if (value !== undefined) log.print('WARN', ['Streaming handlers ignore return values.']);
      if (!stream.face.writableEnded) return failed('Response stream is not finished.');
      await stream.finished;
      return undefined;
    } catch (error) {
      return failed(error);
    } finally {
      this.client.inUse = undefined;
    }
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(headers, context) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const json = (name, what) => {
    const text = headers[name];
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`Cannot parse ${what} as json: ${error}`);
    }
  };
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
  return Object.assign(context, {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: json('lambda-runtime-client-context', 'ClientContext'),
    identity: json('lambda-runtime-cognito-identity', 'CognitoIdentity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  });
}

const client = new RuntimeClient(env.AWS_LAMBDA_RUNTIME_API);

function crash(what, error, code) {
  log.logError(what, error);
  const fields = errors.toResponse(error);
  const id = log.current.requestId;
  const leave = () => process.exit(code);
  if (client.inUse) {
    client.inUse
      .fail(fields)
      .then((request) => request && client.send(request))
      .then(leave, leave);
  } else if (client.waiting.length > 0) {
    // Nobody waits for the result of this.
    leave();
  } else {
    client.send(id === undefined ? client.initError(fields) : client.error(id, fields)).then(leave, leave);
  }
}
process.on('uncaughtException', (error) => crash('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason, promise) =>
  crash('Unhandled Promise Rejection', new errors.UnhandledPromiseRejection(reason, promise), 128),
);
process.on('beforeExit', () => {
  const act = onEmptyLoop;
  onEmptyLoop = () => {};
  act();
});

findLayerModules(env);
loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER).then(
  (handler) => new Runtime(client, handler).run(),
  (error) => crash('Uncaught Exception', error, 129),
);
