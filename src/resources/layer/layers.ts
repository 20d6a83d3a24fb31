// The layers of a project, and all layers of the account that slsctl owns.
import {
  GetLayerVersionCommand,
  type GetLayerVersionResponse,
  paginateListFunctions,
  paginateListLayers,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import type { FunctionConfig, LayerConfig, Project } from '../../config/project.ts';
import type { Owner } from '../../engine/resource.ts';
import { badInput } from '../../errors/user-error.ts';
import type { Package } from '../../packaging/package.ts';
import { absent } from '../absent.ts';
import type { CodeUploads } from '../code/location.ts';
import { layerName } from '../names.ts';
import { DeclaredLayer } from './layer.ts';
import { readMark, roomBesideMark } from './mark.ts';

export interface LayersOptions {
  owner: Owner;
  /** Those that are meant. */
  layers: readonly LayerConfig[];
  /** By key; without one the content is not compared. */
  packages?: ReadonlyMap<string, Package>;
  uploads?: CodeUploads;
  adopt?: boolean;
}

/** By key. Throws a UserError (exit 2) where a description leaves no room for whose the layer is. */
export function layerResources(
  aws: Aws,
  { owner, layers, packages, uploads, adopt }: LayersOptions,
): Map<string, DeclaredLayer> {
  const room = roomBesideMark(owner);
  return new Map(
    layers.map(({ key, settings }) => {
      const length = settings.Description?.length ?? 0;
      if (length > room) {
        throw badInput(`layers.${key}.description has ${length} characters; allowed: ${room}`, {
          reason: 'Lambda takes 256, and slsctl writes beside them whose the layer is',
        });
      }
      const name = layerName(owner.project, key, owner.stage);
      const options = { settings, name, owner, zip: packages?.get(key), uploads, adopt };
      return [key, new DeclaredLayer(aws, options)] as const;
    }),
  );
}

/** The layers that concern these functions: all, when these are all functions of the project. */
export function layersOf({ layers, functions: all }: Project, functions: readonly FunctionConfig[]) {
  if (all.every(({ key }) => functions.some((one) => one.key === key))) return layers;
  return layers.filter(({ key }) => functions.some(({ settings }) => settings.Layers?.includes(key)));
}

export interface OwnedLayer extends Owner {
  /** The physical name, which `new LayerResource(aws, { name, owner })` takes for a removal. */
  name: string;
  arn: string;
  /** The newest. */
  version: number;
  /** The user's own, of the newest. */
  description: string;
}

/** All layers of the account and region that carry slsctl's mark, of whichever project; by name. */
export async function ownedLayers({ lambda }: Aws): Promise<OwnedLayer[]> {
  const all = await allItems(paginateListLayers({ client: lambda }, {}), ({ Layers }) => Layers);
  const found = all.flatMap(({ LayerName = '', LayerArn = '', LatestMatchingVersion }): OwnedLayer[] => {
    const mark = readMark(LatestMatchingVersion?.Description);
    if (!mark) return [];
    const { project, stage, description } = mark;
    const version = LatestMatchingVersion?.Version ?? 0;
    return [{ project, stage, name: LayerName, arn: LayerArn, version, description }];
  });
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The version with this ARN, of whatever account; undefined: there is none. */
export async function layerVersion(
  { lambda }: Aws,
  arn: string,
): Promise<GetLayerVersionResponse | undefined> {
  const at = arn.lastIndexOf(':');
  const input = { LayerName: arn.slice(0, at), VersionNumber: Number(arn.slice(at + 1)) };
  return absent(() => lambda.send(new GetLayerVersionCommand(input)));
}

/** Who uses which version of a layer, by its ARN: `hello` (its $LATEST), `hello:3`, of the account and region. */
export async function layerUsers({ lambda }: Aws): Promise<Map<string, string[]>> {
  const users = new Map<string, string[]>();
  const pages = paginateListFunctions({ client: lambda }, { FunctionVersion: 'ALL' });
  const functions = await allItems(pages, ({ Functions }) => Functions);
  for (const { FunctionName = '', Version = '$LATEST', Layers = [] } of functions) {
    const user = Version === '$LATEST' ? FunctionName : `${FunctionName}:${Version}`;
    for (const { Arn = '' } of Layers) users.set(Arn, [...(users.get(Arn) ?? []), user]);
  }
  return users;
}
