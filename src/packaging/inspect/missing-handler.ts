// Advice for a handler whose file is not in the package: why the file may be missing, and which files would fit.
import type { UserErrorOptions } from '../../errors/user-error.ts';
import { leftOutAdvice } from '../left-out-advice.ts';
import type { Package } from '../package.ts';
import { ownersOf } from './owner.ts';

export interface MissingHandler {
  /** Path of the file, without its ending. */
  module: string;
  /** Name in the file. */
  symbol: string;
  endings: readonly string[];
  dotted?: true;
}

export async function missingHandlerAdvice(zip: Package, missing: MissingHandler): Promise<UserErrorOptions> {
  const { module, symbol, endings } = missing;
  const possible = endings.map((ending) => module + ending);
  const leftOut = zip.leftOut.find(({ path }) =>
    possible.some((file) => path === file || (path.endsWith('/') && file.startsWith(path))),
  );
  if (leftOut) return leftOutAdvice(leftOut);
  const paths = await ownFiles(zip);
  const typescript = paths.find((path) => /\.[mc]?tsx?$/.test(path) && withoutEnding(path) === module);
  if (typescript !== undefined && endings.includes('.js')) {
    return { reason: `there is ${typescript}`, next: 'set bundle: true to compile it to JavaScript' };
  }
  const fitting = paths.filter((path) => endings.some((ending) => path.endsWith(ending)));
  const deeper = fitting.find((path) => possible.some((file) => path.endsWith(`/${file}`)));
  if (deeper !== undefined) {
    return {
      reason: `it is at ${deeper}`,
      next: `write handler: ${handlerAt(deeper, symbol, missing)}, or package that folder's contents instead`,
    };
  }
  const near = fitting.sort((a, b) => depth(a) - depth(b)).slice(0, 5);
  return {
    next: near.length > 0 ? `point handler at one of: ${near.join(', ')}` : 'check code: in slsctl.yml',
  };
}

/** The user's own files, without installed packages. */
async function ownFiles(zip: Package): Promise<string[]> {
  const paths = zip.entries.map(({ path }) => path);
  const owners = await ownersOf(zip, paths);
  return paths.filter((path) => !owners.has(path));
}

function handlerAt(path: string, symbol: string, { dotted }: MissingHandler): string {
  const module = withoutEnding(path).replace(/\/__init__$/, '');
  return `${dotted ? module.replaceAll('/', '.') : module}.${symbol}`;
}

function withoutEnding(path: string): string {
  return path.replace(/\.[^./]*$/, '');
}

function depth(path: string): number {
  return path.split('/').length;
}
