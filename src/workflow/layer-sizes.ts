// What the layers that are live add to a package: of those of others AWS tells the size of the zip alone.
import { limits } from '../advise/limits.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../engine/plan.ts';
import { layerName } from '../resources/names.ts';
import type { FunctionStack, Stack, StackPackages } from '../resources/stack.ts';
import { bytes } from '../ui/table.ts';

type Packages = Required<Pick<StackPackages, 'packages' | 'layerPackages'>>;

/**
 * Says so where a function that changes will be too large with the layers that it names or has: by what reading the
 * function has told, without another call. It is no refusal, since a zip is seldom as large as what is in it.
 */
export function warnOfLayerSizes(
  { ui }: Context,
  { functions }: Pick<Stack, 'functions'>,
  { items }: Plan,
  packages: Packages,
  owner: { project: string; stage?: string },
): void {
  for (const one of functions) {
    const changes = items.some(({ resource, action }) => resource === one.function && action === 'update');
    const code = packages.packages.get(one.config.name);
    if (!changes || !code) continue;
    const layers = layersOf(one, packages, owner);
    const together = layers.reduce((sum, { size }) => sum + size, code.unpackedSize);
    if (together <= limits.unpackedBytes) continue;
    const shown = layers.map(({ arn, size, zipped }) => `${arn} ${bytes(size)}${zipped ? ' zipped' : ''}`);
    ui.warn(
      `function ${one.config.name} will be too large for AWS (250 MB unpacked): its code has ${bytes(code.unpackedSize)}, ` +
        `and its layers ${shown.join(', ')}`,
    );
  }
}

interface Size {
  arn: string;
  size: number;
  /** At least as much: it is the zip's. */
  zipped?: true;
}

/** As far as they are known: a layer that comes with this deployment is not, when it is another's. */
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
