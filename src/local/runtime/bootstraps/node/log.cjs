// The console of Node.js functions: one log event per call, as text or as JSON, from a level on.
'use strict';
const { writeSync } = require('node:fs');
const { format } = require('node:util');
const { intoError, shown, toText } = require('./errors.cjs');

const token = process.env._SLSCTL_FRAME;
delete process.env._SLSCTL_FRAME;
delete process.env._;
const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const least = Math.max(0, levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()));

/** The invocation's data in log lines. */
const current = { requestId: undefined, tenantId: undefined };

function write(bytes) {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      if (error.code === 'EPIPE') return;
      throw error;
    }
  }
}

/** Writes one log event of any number of lines. */
function writeEvent(text) {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  write(Buffer.from(`\0${token}${escaped}\n`));
}

function print(level, values) {
  const time = new Date().toISOString();
  writeEvent(
    json
      ? `${jsonMessage(level, time, values)}\n`
      : `${time}\t${current.requestId}\t${level}\t${format(...values)}\n`,
  );
}

function jsonMessage(level, timestamp, values) {
  const { requestId, tenantId } = current;
  const result = { timestamp, level, requestId, tenantId };
  if (values.length === 1) {
    try {
      return JSON.stringify({ ...result, message: values[0] }, withErrors);
    } catch {
      return JSON.stringify({ ...result, message: format(values[0]) });
    }
  }
  result.message = format(...values);
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify(error ? { ...result, ...errorFields(error) } : result);
}

function withErrors(_, value) {
  return value instanceof Error ? { ...errorFields(value), ...value } : value;
}

function errorFields(error) {
  const { message, stack } = error;
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: message,
    stackTrace: typeof stack === 'string' ? shown(stack).split('\n') : [],
  };
}

const methods = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};
for (const [method, level] of Object.entries(methods)) {
  const silent = levels.indexOf(level) < least && level !== 'FATAL';
  console[method] = silent ? () => {} : (...values) => print(level, values);
}

function logError(what, error) {
  const known = intoError(error);
  if (levels.indexOf('ERROR') < least) return;
  if (json) print('ERROR', [known]);
  else {
    writeEvent(
      `${new Date().toISOString()}\t${current.requestId}\tERROR\t${what} \t${shown(toText(known))}\n`,
    );
  }
}

// Otherwise these writes wait for the event loop, and appear after direct writes.
for (const stream of ['stdout', 'stderr']) {
  process[stream]._handle?.setBlocking?.(true);
}

module.exports = { current, print, logError };
