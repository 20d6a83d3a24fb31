// Checks that the package has the handler: the file, and the name in the file. No code is run.
import { posix } from 'node:path';
import { badInput } from '../../errors/user-error.ts';
import { followLinks } from '../entry.ts';
import type { Package } from '../package.ts';
import { execWrapper } from './exec-wrapper.ts';

export interface HandlerOptions {
  /** Name of the function. */
  name: string;
  runtime: string;
  handler: string | undefined;
  /** The function has layers, and the file may be in one of them. */
  hasLayers?: boolean;
  /** Environment variables of the function. */
  variables?: Record<string, string>;
  warn(text: string): void;
}

interface Language {
  endings: string[];
  /** Splits a handler into file and name, in the same way as the runtime. */
  split: RegExp;
  /** Dots in the module's name are folders. */
  dotted?: true;
  /** Whether the runtime may load the module from this file instead, whose names cannot be read (`app.so`). */
  opaque?(module: string, path: string): boolean;
  names?(path: string, wanted: string, read: Package['read']): Promise<Names>;
}

interface Names {
  names: Set<string>;
  open: boolean;
  writtenAs?: 'ES module' | 'CommonJS';
}

const languages: [runtime: RegExp, language: Language][] = [
  [
    /^python/,
    {
      endings: ['.py', '/__init__.py'],
      split: /^(.+)\.([^.]+)$/,
      dotted: true,
      opaque: (module, path) =>
        [`${module}.`, `${module}/__init__.`].some((start) => path.startsWith(start)) &&
        /\.(so|pyc)$/.test(path),
      names: async (path, wanted, read) =>
        (await import('./python-names.ts')).namesOfModule(path, wanted, read),
    },
  ],
  [
    /^nodejs/,
    {
      endings: ['.js', '.mjs', '.cjs'],
      split: /^((?:.*\/)?[^/.]+)\.([^.]+)/,
      opaque: (module, path) =>
        path === module ||
        [`${module}/`, `node_modules/${module}/`, `node_modules/${module}.`].some((start) =>
          path.startsWith(start),
        ),
      names: async (path, wanted, read) =>
        (await import('./node-exports.ts')).nodeExports(path, wanted, read),
    },
  ],
  [/^ruby/, { endings: ['.rb'], split: /^((?:.*\/)?[^/.]+)\.(.+)$/ }],
];

/** Throws (exit 2) when the handler is missing, and names files that would fit. Warns when it cannot be known. */
export async function checkHandler(zip: Package, options: HandlerOptions): Promise<void> {
  const { name, runtime, handler, hasLayers, warn } = options;
  const language = languages.find(([pattern]) => pattern.test(runtime))?.[1];
  if (/^provided/.test(runtime)) return (await import('./bootstrap.ts')).checkBootstrap(zip, options);
  if (!language || handler === undefined || handler.startsWith('/')) return;
  const wrapper = execWrapper(options);
  // A wrapper may start the handler as a program: the AWS Lambda Web Adapter does.
  if (wrapper !== undefined && zip.has(followLinks(posix.normalize(handler), zip.links))) return;
  const [, file, symbol] = language.split.exec(handler) ?? [];
  if (!file || !symbol) {
    if (wrapper !== undefined) return warn(`handler of ${name} is ${handler}, which is not in the package`);
    throw badInput(`handler of ${name} is ${JSON.stringify(handler)}; allowed: FILE.FUNCTION`);
  }
  const module = (language.dotted ? file.replaceAll('.', '/') : file).replace(/^\.\//, '');
  const { links } = zip;
  const path = language.endings
    .map((ending) => followLinks(module + ending, links))
    .find((file) => zip.has(file));
  if (path === undefined) {
    const missing = `handler of ${name} is ${handler}, but ${module}${language.endings[0]} is not in the package`;
    const target = followLinks(module, links);
    if (zip.entries.some(({ path }) => language.opaque?.(target, path))) return;
    if (wrapper !== undefined) {
      return warn(`${missing}, nor is ${handler}; AWS_LAMBDA_EXEC_WRAPPER must start something else`);
    }
    if (hasLayers) return warn(`${missing}; it must be in a layer`);
    const { missingHandlerAdvice } = await import('./missing-handler.ts');
    throw badInput(missing, await missingHandlerAdvice(zip, { module, symbol, ...language }));
  }
  const read = (path: string) => zip.read(followLinks(path, links));
  const moduleNames = await language.names?.(path, symbol, read).catch((error: Error) => error);
  if (moduleNames instanceof Error) return warn(`handler of ${name}: ${path} cannot be read as code`);
  if (!moduleNames) return;
  const { names, writtenAs } = moduleNames;
  if (writtenAs === 'ES module') refuseEsSyntax(path, options);
  if (names.has(symbol)) return;
  const wrong = `handler of ${name} is ${handler}, but ${path} has no ${symbol}`;
  const open = moduleNames.open || changesLoading(options) || language.opaque?.(module, path);
  if (open) return warn(`${wrong} in its text; it may add one when it is loaded`);
  if (writtenAs === 'CommonJS') {
    throw badInput(wrong, {
      reason: `it is an ES module${path.endsWith('.mjs') ? '' : ' ("type": "module" in package.json)'}, and there exports and module.exports do nothing`,
      next: `write export const ${symbol} = …, or rename it to ${path.replace(/\.m?js$/, '.cjs')}`,
    });
  }
  const otherNames = [...names]
    .filter((name) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && name !== '__esModule')
    .slice(0, 5);
  throw badInput(wrong, {
    reason: otherNames.length > 0 ? `it has: ${otherNames.join(', ')}` : undefined,
    next: language.dotted
      ? 'define it at the top level, or correct handler'
      : 'export it, or correct handler',
  });
}

/**
 * Refuses ES syntax in a file that neither its ending nor package.json makes an ES module, where the runtime cannot
 * load it. Node.js can detect such a file, but Lambda turns that off up to Node.js 22 (AWS Lambda Developer Guide,
 * "Building Lambda functions with Node.js").
 */
function refuseEsSyntax(path: string, options: HandlerOptions): void {
  const { name, runtime, warn } = options;
  const problem = `handler of ${name}: ${path} is written as an ES module, but Node.js loads it as CommonJS`;
  const next = path.endsWith('.js')
    ? `rename it to ${path.replace(/js$/, 'mjs')}, or set "type": "module" in package.json`
    : `rename it to ${path.replace(/cjs$/, 'mjs')}`;
  const version = Number(/^nodejs(\d+)/.exec(runtime)?.[1]);
  if (version <= 22 && !changesLoading(options)) {
    throw badInput(problem, { reason: `${runtime} does not detect ES modules on Lambda`, next });
  }
  warn(`${problem}, unless it detects the ES module; ${next}`);
}

/** Whether the function's environment changes what is loaded before the handler, or how modules are loaded. */
function changesLoading(options: HandlerOptions): boolean {
  const nodeOptions = options.variables?.NODE_OPTIONS ?? '';
  return (
    execWrapper(options) !== undefined ||
    /(^|\s)(-r|--(require|import|loader|experimental-\S+))\b/.test(nodeOptions)
  );
}
