// Finds the resources of all projects in all regions of the partition.
import { partition } from '@aws-sdk/core/client';
import type { Aws } from '../../aws/aws.ts';
import { regionsWith } from '../../aws/regions.ts';
import { scopeOf } from '../../errors/describe-error.ts';
import { type Inventory, inOrder, inRegion, ownedRoles } from './inventory.ts';

export interface Everywhere extends Inventory {
  /** The regions that were looked into. */
  readonly regions: string[];
  /** Regions in which nothing could be listed, as where the account has not enabled them. */
  readonly refused: { region: string; error: unknown }[];
}

/** Regions that are asked at the same time. */
const atOnce = 8;

/** Rejects when the region of the run itself cannot be listed, since then the others would be refused for the same reason. */
export async function ownedEverywhere(aws: Aws): Promise<Everywhere> {
  const [own, roles] = await Promise.all([inRegion(aws), ownedRoles(aws)]);
  const refusal = refusalOf(own);
  if (refusal !== undefined) throw refusal;
  const looked = new Map([[aws.region, own]]);
  const others = regionsWith(aws.region, (region) => partition(region).name).filter(
    (region) => region !== aws.region,
  );
  const waiting = [...others];
  const worker = async () => {
    for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
      looked.set(region, await inRegion(aws.inRegion(region)).catch(asUnlisted));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const refused = others.flatMap((region) => {
    const error = refusalOf(looked.get(region));
    return error === undefined ? [] : [{ region, error }];
  });
  for (const { region } of refused) looked.delete(region);
  const inventories = [...looked.values(), roles];
  return {
    found: inOrder(inventories.flatMap(({ found }) => found)),
    listed: inventories.reduce((sum, { listed }) => sum + listed, 0),
    unknown: inventories.flatMap(({ unknown }) => unknown),
    regions: [...looked.keys()].sort(),
    refused,
  };
}

/** A region that the account has not enabled refuses the credentials, which are good elsewhere. */
function asUnlisted(error: Error): Inventory {
  if (scopeOf(error) === 'run') throw error;
  return { found: [], listed: 0, unknown: [{ what: 'everything', error }] };
}

/** Why nothing could be listed; undefined: something could. */
function refusalOf(inventory: Inventory | undefined): unknown {
  return inventory?.listed === 0 ? inventory.unknown[0]?.error : undefined;
}
