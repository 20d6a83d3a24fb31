// Finds the handler of a Node.js function, or reports in Lambda's words why there is none.
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { basename, dirname, join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const errors = require('./errors.cjs');
const { print } = require('./log.cjs');

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[streaming] = 'response';
    if (typeof options?.highWaterMark === 'number')
      handler[highWaterMark] = Math.trunc(options.highWaterMark);
    return handler;
  },
  HttpResponseStream: {
    /** The metadata comes before the body, separated by 8 zero bytes. */
    from(stream, metadata) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      const prelude = JSON.stringify(metadata);
      stream._onBeforeFirstWrite = (write) => {
        write(prelude);
        write(new Uint8Array(8));
      };
      return stream;
    },
  },
};

/** `folder/module.object.handler`: the module ends at the first dot of the file's name. */
async function loadHandler(taskRoot, name) {
  if (name.includes('..')) {
    throw new errors.MalformedHandlerName(
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const last = basename(name);
  const folder = name.slice(0, name.indexOf(last));
  const [, module, property] = /^([^.]*)\.(.*)$/.exec(last) ?? [];
  if (module === undefined) throw new errors.MalformedHandlerName('Bad handler');
  const loaded = await loadModule(taskRoot, folder, module);
  const handler = property.split('.').reduce((object, key) => object?.[key], loaded);
  if (!handler) throw new errors.HandlerNotFound(`${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new errors.HandlerNotFound(`${name} is not a function`);
  if (
    Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1]) >= 24 &&
    handler.length >= 3 &&
    !handler[streaming]
  ) {
    throw new errors.CallbackHandlerDeprecated(
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You will need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return handler;
}

async function loadModule(taskRoot, folder, module) {
  try {
    const base = resolve(taskRoot, folder, module);
    const isModule = ofTypeModule(dirname(base));
    const typescript = Number(process.versions.node.split('.')[0]) >= 24;
    const endings = ['', '.js', '.mjs', '.cjs', ...(typescript ? ['.ts', '.mts', '.cts'] : [])];
    const ending = endings.find((candidate) => isFile(base + candidate));
    if (ending === undefined) {
      return require(require.resolve(module, { paths: [taskRoot, join(taskRoot, folder)] }));
    }
    const imported = /^\.m|^\.[jt]s$/.test(ending) && (ending.startsWith('.m') || isModule);
    return imported ? await import(pathToFileURL(base + ending).href) : require(base + ending);
  } catch (error) {
    if (error instanceof SyntaxError) throw new errors.UserCodeSyntaxError(error);
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw new errors.ImportModuleError(error);
    }
    throw error;
  }
}

function isFile(path) {
  return existsSync(path) && require('node:fs').statSync(path).isFile();
}

/** The nearest package.json decides whether a .js file is an ES module. */
function ofTypeModule(folder) {
  if (basename(folder) === 'node_modules') return false;
  const file = join(folder, 'package.json');
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')).type === 'module';
    } catch (error) {
      print('WARN', [`${file} cannot be read, it will be ignored for ES module detection purposes.`, error]);
      return false;
    }
  }
  const parent = dirname(folder);
  return parent === folder ? false : ofTypeModule(parent);
}

module.exports = { loadHandler, streaming, highWaterMark };
