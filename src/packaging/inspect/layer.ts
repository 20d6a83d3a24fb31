// Looks into a layer before it is uploaded: can its native files be loaded by any function that it is for?
import type { Package } from '../package.ts';
import { refusal, warnOfContent } from './inspect.ts';
import { type Architecture, type NativeProblem, nativeProblems } from './native-files.ts';

export interface LayerTarget {
  /** As Lambda names it; empty: it is not known. */
  runtime: string;
  architecture: Architecture;
}

/** Rejects with a UserError (exit 2) that names each file that none of the targets can load; warns of the others. */
export async function inspectLayer(
  zip: Package,
  { name, targets, warn }: { name: string; targets: readonly LayerTarget[]; warn(text: string): void },
): Promise<void> {
  const found = targets.map((target) => ({
    target,
    fatal: nativeProblems(zip, target).filter(
      ({ path, harmless }) => !harmless && !isOfAnotherVersion(path, target.runtime),
    ),
  }));
  const isFatal = ({ path }: NativeProblem) =>
    found.every(({ fatal }) => fatal.some((other) => other.path === path));
  const [first] = found;
  const fatal = first?.fatal.filter(isFatal) ?? [];
  if (first && fatal.length > 0) throw await refusal(zip, fatal, { name, ...first.target });
  for (const { target, fatal } of found) {
    const [one] = fatal;
    if (!one) continue;
    const where = [target.runtime, target.architecture].filter(Boolean).join(' on ');
    const more = fatal.length > 1 ? ` and ${fatal.length - 1} more` : '';
    warn(`${name} has files that ${where} cannot load: ${one.path}${more} (${one.what})`);
  }
  warnOfContent(zip, name, warn);
}

/** AWS Lambda Developer Guide, "Packaging your layer content": folders in which one version alone looks. */
function isOfAnotherVersion(path: string, runtime: string): boolean {
  const [, python, node] = /^python\/lib\/(python[\d.]+)\/|^nodejs\/node(\d+)\//.exec(path) ?? [];
  const only = python ?? (node && `nodejs${node}.x`);
  return only !== undefined && runtime !== '' && runtime !== only;
}
