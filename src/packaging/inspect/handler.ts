// Whether the handler is in the package: its file, and the name in it. Nothing is run.
import { badInput } from '../../errors/user-error.ts';
import { followLinks } from '../entry.ts';
import type { Package } from '../package.ts';

export interface HandlerOptions {
  /** Of the function. */
  name: string;
  runtime: string;
  handler: string | undefined;
  /** The function has layers, and these may bring the file. */
  hasLayers?: boolean;
  /** Of its environment. */
  variables?: Record<string, string>;
  warn(text: string): void;
}

interface Language {
  endings: string[];
  /** File and name, as the runtime takes a handler apart. */
  split: RegExp;
  /** Dots of the file's name are folders. */
  dotted?: true;
  /** Whether the runtime might load the module from this file too, which cannot be looked into. */
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

/** Throws (exit 2) when it is not there, naming what would fit; warns when that cannot be known. */
export async function checkHandler(zip: Package, options: HandlerOptions): Promise<void> {
  const { name, runtime, handler, hasLayers, warn } = options;
  const language = languages.find(([pattern]) => pattern.test(runtime))?.[1];
  if (/^provided/.test(runtime)) return (await import('./bootstrap.ts')).checkBootstrap(zip, options);
  if (!language || handler === undefined || handler.startsWith('/')) return;
  const [, file, symbol] = language.split.exec(handler) ?? [];
  if (!file || !symbol) {
    throw badInput(`handler of ${name} is ${JSON.stringify(handler)}; allowed: FILE.FUNCTION`);
  }
  const module = (language.dotted ? file.replaceAll('.', '/') : file).replace(/^\.\//, '');
  const { links } = zip;
  const path = language.endings
    .map((ending) => followLinks(module + ending, links))
    .find((file) => zip.has(file));
  if (path === undefined) {
    const missing = `handler of ${name} is ${handler}, but ${module}${language.endings[0]} is not in the package`;
    if (hasLayers) return warn(`${missing}; it must be in a layer`);
    const real = followLinks(module, links);
    if (zip.entries.some(({ path }) => language.opaque?.(real, path))) return;
    const { absence } = await import('./missing-handler.ts');
    throw badInput(missing, await absence(zip, { module, symbol, ...language }));
  }
  const read = (path: string) => zip.read(followLinks(path, links));
  const found = await language.names?.(path, symbol, read).catch((error: Error) => error);
  if (found instanceof Error) return warn(`handler of ${name}: ${path} cannot be read as code`);
  if (!found) return;
  const { names, writtenAs } = found;
  if (writtenAs === 'ES module') refuseEsSyntax(path, options);
  if (names.has(symbol)) return;
  const wrong = `handler of ${name} is ${handler}, but ${path} has no ${symbol}`;
  const open = found.open || changesLoading(options) || language.opaque?.(module, path);
  if (open) return warn(`${wrong} that its text shows; it may make one when it is loaded`);
  if (writtenAs === 'CommonJS') {
    throw badInput(wrong, {
      reason: `it is an ES module${path.endsWith('.mjs') ? '' : ' by the "type" in package.json'}, where exports and module.exports do nothing`,
      next: `write export const ${symbol} = …, or rename it to ${path.replace(/\.m?js$/, '.cjs')}`,
    });
  }
  const others = [...names]
    .filter((one) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(one) && one !== '__esModule')
    .slice(0, 5);
  throw badInput(wrong, {
    reason: others.length > 0 ? `it has: ${others.join(', ')}` : undefined,
    next: language.dotted
      ? 'define it at the top level, or correct handler'
      : 'export it, or correct handler',
  });
}

/**
 * AWS Lambda Developer Guide, "Building Lambda functions with Node.js": up to Node.js 22 one of the two features is
 * off by which require() takes ES syntax in a file that no name or package.json makes an ES module.
 */
function refuseEsSyntax(path: string, options: HandlerOptions): void {
  const { name, runtime, warn } = options;
  const what = `handler of ${name}: ${path} is written as an ES module, and Node.js takes it for CommonJS`;
  const next = path.endsWith('.js')
    ? `rename it to ${path.replace(/js$/, 'mjs')}, or set "type": "module" in package.json`
    : `rename it to ${path.replace(/cjs$/, 'mjs')}`;
  const version = Number(/^nodejs(\d+)/.exec(runtime)?.[1]);
  if (version <= 22 && !changesLoading(options)) {
    throw badInput(what, { reason: `${runtime} does not detect it on Lambda`, next });
  }
  warn(`${what}, unless it detects it; ${next}`);
}

/** What is loaded before the handler, or how, is the function's own choice. */
function changesLoading({ variables = {} }: HandlerOptions): boolean {
  const options = variables.NODE_OPTIONS ?? '';
  return (
    variables.AWS_LAMBDA_EXEC_WRAPPER !== undefined ||
    /(^|\s)(-r|--(require|import|loader|experimental-\S+))\b/.test(options)
  );
}
