// Checks the script that AWS_LAMBDA_EXEC_WRAPPER names: Lambda starts it in place of the runtime (AWS Lambda Developer
// Guide, "Modifying the runtime environment").
import { badInput } from '../../errors/user-error.ts';
import { followLinks } from '../entry.ts';
import type { Package } from '../package.ts';

export interface WrapperOptions {
  /** Name of the function. */
  name: string;
  runtime: string;
  variables?: Record<string, string>;
  /** undefined: the function keeps the layers that it has on AWS. */
  layers?: readonly string[];
  /** Packages of layers whose content is known, by key. */
  layerPackages: ReadonlyMap<string, Package>;
  warn(text: string): void;
}

/** The path of the script; undefined without one. OS-only runtimes start their bootstrap whatever the variable says. */
export function execWrapper({
  runtime,
  variables = {},
}: Pick<WrapperOptions, 'runtime' | 'variables'>): string | undefined {
  return runtime.startsWith('provided') ? undefined : variables.AWS_LAMBDA_EXEC_WRAPPER || undefined;
}

/** Throws (exit 2) when the script is certainly missing, or cannot be started. Warns when it may be missing. */
export function checkExecWrapper(zip: Package, options: WrapperOptions): void {
  const { name, layers, layerPackages, warn } = options;
  const wrapper = execWrapper(options);
  const [, place, path] = /^\/(opt|var\/task)\/(.+)$/.exec(wrapper ?? '') ?? [];
  if (!path) return;
  const problem = `AWS_LAMBDA_EXEC_WRAPPER of ${name} is ${wrapper}, but`;
  if (place === 'opt' && layers === undefined) {
    warn(`${problem} slsctl.yml gives ${name} no layer that could have it`);
    return;
  }
  const packages = place === 'opt' ? (layers ?? []).map((key) => layerPackages.get(key)) : [zip];
  const known = packages.filter((one) => one !== undefined);
  const found = known.flatMap(({ entries, links }) => {
    const target = followLinks(path, links);
    return entries.find((entry) => entry.path === target) ?? [];
  })[0];
  if (!found) {
    // A layer that an ARN names may have it.
    if (known.length < packages.length) return;
    const where = place === 'opt' ? 'no layer of the function has' : 'the package does not have';
    throw badInput(`${problem} ${where} ${path}`, {
      reason: 'Lambda starts this script in place of the runtime',
      next: 'add the file, correct the path, or remove the variable',
    });
  }
  const isMadeHere = found.mode !== undefined;
  if (isMadeHere ? (found.mode as number) & 0o111 : !found.notExecutable) return;
  throw badInput(`${problem} ${path} is not executable`, {
    reason: isMadeHere
      ? 'it is neither a program nor a script that begins with #!'
      : 'its mode in the zip has no execute bit',
    next: isMadeHere
      ? 'write #! and the path of its interpreter into its first line'
      : 'run chmod +x on it, then make the zip again',
  });
}
