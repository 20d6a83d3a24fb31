// The layers of a project, and all layers of slsctl's projects in the account.
import {
  GetLayerVersionCommand,
  type GetLayerVersionResponse,
  paginateListFunctions,
  paginateListLayers,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import type { LayerConfig } from '../../config/project.ts';
import type { Owner } from '../../engine/resource.ts';
import { badInput } from '../../errors/user-error.ts';
import type { Package } from '../../packaging/package.ts';
import { absent } from '../absent.ts';
import type { CodeUploads } from '../code/location.ts';
import { layerName } from '../names.ts';
import type { Adoption } from '../owned/adoption.ts';
import { DeclaredLayer } from './layer.ts';
import { readMark, roomBesideMark } from './mark.ts';

export interface LayersOptions {
  owner: Owner;
  /** The layers that take part. */
  layers: readonly LayerConfig[];
  /** By key; the content of a layer without a package is not compared. */
  packages?: ReadonlyMap<string, Package>;
  uploads?: CodeUploads;
  adopt?: Adoption;
}

/** By key. Throws a UserError (exit 2) when a description leaves no room for the owner. */
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
          reason: 'Lambda allows 256, and slsctl adds the owner of the layer to the description',
        });
      }
      const name = layerName(owner.project, key, owner.stage);
      const options = { settings, name, owner, zip: packages?.get(key), uploads, adopt };
      return [key, new DeclaredLayer(aws, options)] as const;
    }),
  );
}

export interface OwnedLayer extends Owner {
  /** The physical name. */
  name: string;
  arn: string;
  /** The newest version. */
  version: number;
  /** The user's own text in the description of the newest version. */
  description: string;
}

/** All layers of the account and region with slsctl's mark, of all projects; sorted by name. */
export async function ownedLayers({ lambda }: Aws): Promise<OwnedLayer[]> {
  const all = await allItems(paginateListLayers({ client: lambda }, {}), ({ Layers }) => Layers);
  const found = all.flatMap(({ LayerName = '', LayerArn = '', LatestMatchingVersion }): OwnedLayer[] => {
    const mark = readMark(LatestMatchingVersion?.Description);
    if (!mark) return [];
    const { project, stage, config, description } = mark;
    const version = LatestMatchingVersion?.Version ?? 0;
    return [{ project, stage, config, name: LayerName, arn: LayerArn, version, description }];
  });
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The version with this ARN, in any account; undefined: it does not exist. */
export async function layerVersion(
  { lambda }: Aws,
  arn: string,
): Promise<GetLayerVersionResponse | undefined> {
  const at = arn.lastIndexOf(':');
  const input = { LayerName: arn.slice(0, at), VersionNumber: Number(arn.slice(at + 1)) };
  return absent(() => lambda.send(new GetLayerVersionCommand(input)));
}

/** The users of each layer version, by its ARN: `hello` ($LATEST) or `hello:3`, in this account and region. */
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
