// Errors of the Node.js bootstrap: Lambda's own errors, and the form of errors in answers and in the log.
'use strict';
const { realpathSync } = require('node:fs');
const { pathToFileURL } = require('node:url');

function named(name) {
  const type = class extends Error {};
  type.prototype.name = `Runtime.${name}`;
  return type;
}

class UnhandledPromiseRejection extends Error {
  constructor(reason, promise) {
    super(reason);
    this.reason = reason;
    this.promise = promise;
  }
}
UnhandledPromiseRejection.prototype.name = 'Runtime.UnhandledPromiseRejection';

class NodeJsExit extends Error {
  constructor() {
    super(
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
    );
  }
}
NodeJsExit.prototype.name = 'Runtime.NodeJsExit';

const taskRoot = process.env.LAMBDA_TASK_ROOT;
// Stack traces name ES modules by their real path, with links resolved.
const places = [realpathSync(taskRoot), taskRoot].flatMap((folder) => [
  [pathToFileURL(folder).href, 'file:///var/task'],
  [folder, '/var/task'],
]);

/** Replaces paths in stack traces by those on Lambda. */
function shown(text) {
  const own = text.replaceAll(/(?:file:\/\/)?[^\s()]*[/\\]\w+\.cjs/g, (path) =>
    path.includes(__dirname) ? 'file:///var/runtime/index.mjs' : path,
  );
  return places.reduce((shorter, [real, name]) => shorter.replaceAll(real, name), own);
}

function isError(value) {
  return (
    value instanceof Error ||
    (value && [value.name, value.message, value.stack].every((field) => field && typeof field === 'string'))
  );
}

function toResponse(error) {
  try {
    if (!isError(error)) return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
    return {
      errorType: error.name,
      errorMessage: shown(error.message),
      trace: shown(error.stack).split('\n'),
    };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

function intoError(value) {
  return value instanceof Error ? value : new Error(value);
}

/** The error for the log, with the fields that the function added to it. */
function toText(error) {
  const fields = (_, value) => {
    if (!(value instanceof Error)) return value;
    const { name: errorType, message: errorMessage, code, stack } = value;
    return {
      errorType,
      errorMessage,
      code,
      ...value,
      ...(typeof stack === 'string' ? { stack: stack.split('\n') } : {}),
    };
  };
  try {
    return JSON.stringify(error, fields);
  } catch {
    return JSON.stringify(toResponse(error));
  }
}

module.exports = {
  ImportModuleError: named('ImportModuleError'),
  HandlerNotFound: named('HandlerNotFound'),
  MalformedHandlerName: named('MalformedHandlerName'),
  UserCodeSyntaxError: named('UserCodeSyntaxError'),
  MalformedStreamingHandler: named('MalformedStreamingHandler'),
  InvalidStreamingOperation: named('InvalidStreamingOperation'),
  CallbackHandlerDeprecated: named('CallbackHandlerDeprecated'),
  UnhandledPromiseRejection,
  NodeJsExit,
  shown,
  toResponse,
  intoError,
  toText,
};
