// The functions that the behaviors of a distribution run. Its whole configuration is read with an ETag, changed, and sent
// back with it. Loaded when a distribution is called.
import {
  type CacheBehavior,
  type DefaultCacheBehavior,
  type DistributionConfig,
  GetDistributionConfigCommand,
  type LambdaFunctionAssociation,
  ListDistributionsCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import type { Aws } from '../../../aws/aws.ts';
import { forRevisions, tryWhile } from '../../../engine/patience.ts';
import { inTurns } from '../../in-turn.ts';
import { shared } from '../../shared-request.ts';
import { functionIn } from '../binding/own-binding.ts';

export type { LambdaFunctionAssociation };

export interface EdgePlace {
  readonly distribution: string;
  /** The path pattern; undefined: the default behavior. */
  readonly behavior: string | undefined;
  readonly eventType: string;
}

type Behavior = CacheBehavior | DefaultCacheBehavior;

export interface LiveConfig {
  readonly config: DistributionConfig;
  readonly etag: string;
}

/** undefined: there is no such distribution. Concurrent calls share one request. */
export const readDistribution = shared(
  (id: string) => id,
  async (aws, Id): Promise<LiveConfig | undefined> => {
    const client = await aws.cloudFront();
    try {
      const { DistributionConfig, ETag } = await client.send(new GetDistributionConfigCommand({ Id }));
      return DistributionConfig && { config: DistributionConfig, etag: ETag ?? '' };
    } catch (error) {
      if ((error as Error).name === 'NoSuchDistribution') return undefined;
      throw error;
    }
  },
);

/** undefined: there is no such behavior. */
export function behaviorIn(config: DistributionConfig, pattern: string | undefined): Behavior | undefined {
  if (pattern === undefined) return config.DefaultCacheBehavior;
  return config.CacheBehaviors?.Items?.find(({ PathPattern }) => PathPattern === pattern);
}

export function associationIn(
  config: DistributionConfig,
  { behavior, eventType }: EdgePlace,
): LambdaFunctionAssociation | undefined {
  const items = behaviorIn(config, behavior)?.LambdaFunctionAssociations?.Items ?? [];
  return items.find(({ EventType }) => EventType === eventType);
}

const inTurn = inTurns();

/**
 * Sets the function of a place, or takes it off (undefined). When somebody else changes the distribution at the same moment,
 * its ETag differs, and the edit is made again. The edits of one run wait for one another.
 */
export function associate(
  aws: Aws,
  place: EdgePlace,
  association: LambdaFunctionAssociation | undefined,
): Promise<void> {
  const changed = (error: unknown) =>
    /^(PreconditionFailed|InvalidIfMatchVersion)$/.test((error as Error).name);
  return inTurn(aws, place.distribution, () =>
    tryWhile(() => writeOnce(aws, place, association), changed, forRevisions),
  );
}

async function writeOnce(
  aws: Aws,
  place: EdgePlace,
  association: LambdaFunctionAssociation | undefined,
): Promise<void> {
  const live = await readDistribution(aws, place.distribution);
  if (!live) return;
  const edited = (behavior: Behavior): Behavior => {
    const others = (behavior.LambdaFunctionAssociations?.Items ?? []).filter(
      ({ EventType }) => EventType !== place.eventType,
    );
    const Items = [...others, ...(association ? [association] : [])];
    return { ...behavior, LambdaFunctionAssociations: { Quantity: Items.length, Items } };
  };
  const { config } = live;
  const DistributionConfig =
    place.behavior === undefined
      ? { ...config, DefaultCacheBehavior: edited(config.DefaultCacheBehavior as Behavior) }
      : {
          ...config,
          CacheBehaviors: {
            Quantity: config.CacheBehaviors?.Quantity,
            Items: config.CacheBehaviors?.Items?.map((one) =>
              one.PathPattern === place.behavior ? (edited(one) as CacheBehavior) : one,
            ),
          },
        };
  const client = await aws.cloudFront();
  const input = { Id: place.distribution, IfMatch: live.etag, DistributionConfig };
  await client.send(new UpdateDistributionCommand(input as never));
}

/** The places of all distributions that run the function. */
export async function associationsOf(aws: Aws, functionName: string): Promise<EdgePlace[]> {
  const client = await aws.cloudFront();
  const found: EdgePlace[] = [];
  let Marker: string | undefined;
  do {
    const { DistributionList } = await client.send(new ListDistributionsCommand({ Marker }));
    for (const { Id: distribution = '', DefaultCacheBehavior, CacheBehaviors } of DistributionList?.Items ??
      []) {
      for (const behavior of [DefaultCacheBehavior, ...(CacheBehaviors?.Items ?? [])]) {
        const pattern = (behavior as CacheBehavior | undefined)?.PathPattern;
        for (const one of behavior?.LambdaFunctionAssociations?.Items ?? []) {
          if (functionIn(one.LambdaFunctionARN ?? '') !== functionName) continue;
          found.push({ distribution, behavior: pattern, eventType: one.EventType ?? '' });
        }
      }
    }
    Marker = DistributionList?.IsTruncated ? DistributionList.NextMarker : undefined;
  } while (Marker);
  return found;
}
