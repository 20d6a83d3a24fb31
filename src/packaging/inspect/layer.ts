// Inspects a layer before it is uploaded: each native file must load in at least one of the functions that use it.
import type { Package } from '../package.ts';
import { contentFindings, tellFindings } from './content.ts';
import { refusal } from './inspect.ts';
import { type NativeProblem, type NativeTarget, nativeProblems } from './native-files.ts';

export interface LayerTarget extends NativeTarget {
  /** A function of the project uses the layer there. */
  used?: boolean;
}

/**
 * Rejects with a UserError (exit 2) that names the files that no target can load, and extensions that cannot start in a
 * function of the project. Warns of files that only some of the targets can load.
 */
export async function inspectLayer(
  zip: Package,
  { key, targets, warn }: { key: string; targets: readonly LayerTarget[]; warn(text: string): void },
): Promise<void> {
  const problemsByTarget = targets.map((target) => ({
    target,
    fatal: nativeProblems(zip, { ...target, layer: true }).filter(
      ({ path, harmless }) => !harmless && !isOfAnotherVersion(path, target.runtime),
    ),
  }));
  const isFatal = ({ path }: NativeProblem) =>
    problemsByTarget.every(({ fatal }) => fatal.some((problem) => problem.path === path));
  const [first] = problemsByTarget;
  const fatal = first?.fatal.filter(isFatal) ?? [];
  if (first && fatal.length > 0) throw await refusal(zip, fatal, { name: `layer ${key}`, ...first.target });
  for (const { target, fatal } of problemsByTarget) {
    const broken = target.used ? fatal.filter(({ started }) => started) : [];
    if (broken.length > 0) throw await refusal(zip, broken, { name: `layer ${key}`, ...target });
    const [problem] = fatal;
    if (!problem) continue;
    const where = [target.runtime, target.architecture].filter(Boolean).join(' on ');
    const more = fatal.length > 1 ? ` and ${fatal.length - 1} more` : '';
    warn(`layer ${key} has files that ${where} cannot load: ${problem.path}${more} (${problem.format})`);
  }
  tellFindings(await contentFindings(zip, { kind: 'layer', name: key }), warn);
}

/** Whether only another version looks in the folder (AWS Lambda Developer Guide, "Packaging your layer content"). */
function isOfAnotherVersion(path: string, runtime: string): boolean {
  const [, python, node] = /^python\/lib\/(python[\d.]+)\/|^nodejs\/node(\d+)\//.exec(path) ?? [];
  const only = python ?? (node && `nodejs${node}.x`);
  return only !== undefined && runtime !== '' && runtime !== only;
}
