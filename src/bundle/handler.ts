// Whether the file that the handler names is in the package.
import { badInput } from '../errors.ts';
import type { BundleEntry } from './bundle.ts';

const extensions: [runtime: RegExp, endings: string[]][] = [
  [/^python/, ['.py', '/__init__.py']],
  [/^nodejs/, ['.js', '.mjs', '.cjs']],
];

/** Throws (exit 2) when it is not, naming what would fit. Runtimes that are not interpreted pass. */
export function checkHandler(
  name: string,
  runtime: string | undefined,
  handler: string | undefined,
  entries: readonly BundleEntry[],
): void {
  const endings = extensions.find(([pattern]) => pattern.test(runtime ?? ''))?.[1];
  if (!endings || handler === undefined) return;
  const dot = handler.lastIndexOf('.');
  if (dot < 1) throw badInput(`handler of ${name} is ${JSON.stringify(handler)}; allowed: FILE.FUNCTION`);
  const module = handler.slice(0, dot).replaceAll('.', '/');
  const files = new Set(entries.map(({ path }) => path));
  if (endings.some((ending) => files.has(module + ending))) return;
  const candidates = entries
    .map(({ path }) => path)
    .filter((path) => !path.includes('/') && endings.some((ending) => path.endsWith(ending)));
  throw badInput(`handler of ${name} is ${handler}, but ${module}${endings[0]} is not in the package`, {
    next:
      candidates.length > 0
        ? `point handler at one of: ${candidates.slice(0, 5).join(', ')}`
        : 'check code: in slsctl.yml',
  });
}
