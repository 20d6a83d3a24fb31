// Warns when a function and its layers exceed AWS's size limit. For layers of other owners AWS tells only the zip's size.
import { limits } from '../advise/limits.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../engine/plan.ts';
import { layerName } from '../resources/names.ts';
import type { FunctionStack, Stack, StackPackages } from '../resources/stack.ts';
import { bytes } from '../ui/table.ts';

type Packages = Required<Pick<StackPackages, 'packages' | 'layerPackages'>>;

/**
 * Warns about each function that changes and will be too large with its layers. The sizes come from the function's live
 * state, without another call. It only warns, because some sizes are of a zip, and the unpacked layer is larger.
 */
export function warnOfLayerSizes(
  { ui }: Context,
  { functions }: Pick<Stack, 'functions'>,
  { items }: Plan,
  packages: Packages,
  owner: { project: string; stage?: string },
): void {
  for (const parts of functions) {
    const changes = items.some(({ resource, action }) => resource === parts.function && action === 'update');
    const code = packages.packages.get(parts.config.name);
    if (!changes || !code) continue;
    const layers = layersOf(parts, packages, owner);
    const together = layers.reduce((sum, { size }) => sum + size, code.unpackedSize);
    if (together <= limits.unpackedBytes) continue;
    const shown = layers.map(({ arn, size, zipped }) => `${arn} ${bytes(size)}${zipped ? ' zipped' : ''}`);
    ui.warn(
      `function ${parts.config.name} will be too large for AWS (250 MB unpacked): its code has ${bytes(code.unpackedSize)}, ` +
        `and its layers ${shown.join(', ')}`,
    );
  }
}

interface Size {
  arn: string;
  size: number;
  /** `size` is the zip's; the unpacked size is larger. */
  zipped?: true;
}

/** The sizes that are known. The size of a layer of another owner is unknown until the function has it. */
function layersOf(
  { config, function: { configuration } }: FunctionStack,
  { layerPackages }: Packages,
  { project, stage }: { project: string; stage?: string },
): Size[] {
  const live = configuration?.Layers ?? [];
  const named = config.settings.Layers ?? live.map(({ Arn = '' }) => Arn);
  const own = new Map([...layerPackages].map(([key, zip]) => [layerName(project, key, stage), zip]));
  return named.flatMap((arn): Size[] => {
    const declared = layerPackages.get(arn);
    if (declared) return [{ arn, size: declared.unpackedSize }];
    const zip = live.find(({ Arn }) => Arn === arn)?.CodeSize;
    if (zip === undefined) return [];
    const same = own.get(arn.split(':')[6] ?? '');
    return same?.size === zip ? [{ arn, size: same.unpackedSize }] : [{ arn, size: zip, zipped: true }];
  });
}
