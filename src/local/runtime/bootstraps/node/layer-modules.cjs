// Lets ES modules import from layers, as Lambda does since Node.js 18: Node.js uses NODE_PATH only for `require`.
'use strict';
const { existsSync } = require('node:fs');
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

/**
 * Call it before the handler is loaded. Without layers, or on a Node.js without hooks (before 18.19), it does nothing.
 */
exports.findLayerModules = ({ NODE_PATH = '', AWS_EXECUTION_ENV = '', LAMBDA_TASK_ROOT = '' }) => {
  if (Number(/nodejs(\d+)/.exec(AWS_EXECUTION_ENV)?.[1]) < 18) return;
  const own = path.join(LAMBDA_TASK_ROOT, 'node_modules');
  const folders = NODE_PATH.split(path.delimiter).filter(
    (folder) => folder !== own && path.basename(folder) === 'node_modules' && existsSync(folder),
  );
  if (folders.length === 0) return;
  // As if a file next to each of these folders had imported it.
  const data = folders.map((folder) => pathToFileURL(path.join(path.dirname(folder), 'importer.mjs')).href);
  nodeModule.register?.('./layer-hooks.mjs', { parentURL: pathToFileURL(__filename), data });
};
