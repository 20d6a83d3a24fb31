// Whether the handler is in the package: its file, and the name in it. Nothing is run.
import { badInput } from '../errors.ts';
import type { Bundle } from './bundle.ts';

export interface HandlerOptions {
  /** Of the function. */
  name: string;
  runtime: string;
  handler: string | undefined;
  /** The function has layers, and these may bring the file. */
  hasLayers?: boolean;
  warn(text: string): void;
}

interface Language {
  endings: string[];
  /** File and name, as the runtime takes a handler apart. */
  split: RegExp;
  /** Dots of the file's name are folders. */
  dotted?: true;
  names?(path: string, bundle: Bundle): Promise<{ names: Set<string>; open: boolean }>;
}

const languages: [runtime: RegExp, language: Language][] = [
  [
    /^python/,
    {
      endings: ['.py', '/__init__.py'],
      split: /^(.+)\.([^.]+)$/,
      dotted: true,
      names: async (path, bundle) => {
        const { pythonNames } = await import('./python-names.ts');
        return pythonNames((await bundle.read(path))?.toString('utf8') ?? '');
      },
    },
  ],
  [
    /^nodejs/,
    {
      endings: ['.js', '.mjs', '.cjs'],
      split: /^((?:.*\/)?[^/.]+)\.([^.]+)/,
      names: async (path, bundle) => {
        const { nodeExports } = await import('./node-exports.ts');
        return nodeExports(path, (one) => bundle.read(one));
      },
    },
  ],
  [/^ruby/, { endings: ['.rb'], split: /^((?:.*\/)?[^/.]+)\.(.+)$/ }],
];

/** Throws (exit 2) when it is not there, naming what would fit; warns when that cannot be known. */
export async function checkHandler(bundle: Bundle, options: HandlerOptions): Promise<void> {
  const { name, runtime, handler, hasLayers, warn } = options;
  const language = languages.find(([pattern]) => pattern.test(runtime))?.[1];
  if (/^provided/.test(runtime)) return checkBootstrap(bundle, options);
  if (!language || handler === undefined || handler.startsWith('/')) return;
  const [, file, symbol] = language.split.exec(handler) ?? [];
  if (!file || !symbol) {
    throw badInput(`handler of ${name} is ${JSON.stringify(handler)}; allowed: FILE.FUNCTION`);
  }
  const module = (language.dotted ? file.replaceAll('.', '/') : file).replace(/^\.\//, '');
  const path = language.endings.map((ending) => module + ending).find((file) => bundle.has(file));
  if (path === undefined) {
    const missing = `handler of ${name} is ${handler}, but ${module}${language.endings[0]} is not in the package`;
    if (!hasLayers) throw badInput(missing, { next: candidates(bundle, language) });
    return warn(`${missing}; it must be in a layer`);
  }
  const found = await language.names?.(path, bundle).catch((error: Error) => error);
  if (found instanceof Error) return warn(`handler of ${name}: ${path} cannot be read as code`);
  if (!found || found.names.has(symbol)) return;
  const wrong = `handler of ${name} is ${handler}, but ${path} has no ${symbol}`;
  if (found.open) return warn(`${wrong} that its text shows; it may make one when it is loaded`);
  const others = [...found.names].filter((one) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(one)).slice(0, 5);
  throw badInput(wrong, {
    reason: others.length > 0 ? `it has: ${others.join(', ')}` : undefined,
    next: language.dotted
      ? 'define it at the top level, or correct handler'
      : 'export it, or correct handler',
  });
}

function candidates({ entries }: Bundle, { endings }: Language): string {
  const fitting = entries
    .map(({ path }) => path)
    .filter((path) => !path.includes('/') && endings.some((ending) => path.endsWith(ending)));
  return fitting.length > 0
    ? `point handler at one of: ${fitting.slice(0, 5).join(', ')}`
    : 'check code: in slsctl.yml';
}

function checkBootstrap(bundle: Bundle, { name, runtime, hasLayers }: HandlerOptions): void {
  if (hasLayers || bundle.has('bootstrap')) return;
  const programs = bundle.notable.filter(
    ({ path, native }) => native?.format === 'ELF' && !/\.so\b/.test(path),
  );
  throw badInput(`the package of ${name} has no bootstrap, which ${runtime} starts`, {
    next:
      programs.length > 0
        ? `name the program bootstrap, at the top of the package; there is ${programs[0]?.path}`
        : 'put the program, named bootstrap, at the top of the code folder',
  });
}
