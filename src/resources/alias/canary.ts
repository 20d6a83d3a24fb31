// A canary: a share of an alias's requests goes to the new version, and later all of them or none.
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { type AliasResource, type LiveAlias, weightsOf } from './alias-resource.ts';
import { moved, parseDescription, writeDescription } from './record.ts';
import { updateAlias } from './update.ts';

export interface Canary {
  readonly resource: AliasResource;
  readonly alias: AliasConfiguration;
  readonly from: string;
  readonly to: string;
}

/** CloudWatch's counts for one version. */
export interface Served {
  readonly requests: number;
  readonly errors: number;
}

export interface Seen {
  readonly before: Served;
  readonly after: Served;
}

/** The canary of a live alias; undefined: the alias serves no second version. */
export function canaryIn(resource: AliasResource, live: LiveAlias): Canary | undefined {
  const [to] = Object.keys(weightsOf(live));
  const from = live.alias.FunctionVersion;
  return to && from ? { resource, alias: live.alias, from, to } : undefined;
}

/** The counts of both versions of each canary since a time, in one call for all canaries. */
export async function lookAt(aws: Aws, canaries: readonly Canary[], since: Date): Promise<Seen[]> {
  const metrics = canaries.flatMap(({ resource, from, to }) =>
    [from, to].flatMap((ExecutedVersion) =>
      ['Invocations', 'Errors'].map((name) => ({
        namespace: 'AWS/Lambda',
        name,
        dimensions: { FunctionName: resource.partOf.name, Resource: resource.name, ExecutedVersion },
      })),
    ),
  );
  // CloudWatch dates each point at the beginning of its minute.
  const from = new Date(Math.floor(since.getTime() / 60_000) * 60_000);
  const sums = await aws.sums(metrics, from, new Date(Date.now() + 60_000));
  return canaries.map((_, index) => {
    const [oldRequests = 0, oldErrors = 0, requests = 0, errors = 0] = sums.slice(index * 4);
    return { before: { requests: oldRequests, errors: oldErrors }, after: { requests, errors } };
  });
}

/** The share of the requests that failed, 0 to 1. */
export function errorRate({ requests, errors }: Served): number {
  return requests === 0 ? 0 : errors / requests;
}

/**
 * Whether the new version fails too often: its error rate is above `most` (0 to 1). Default for `most`: the
 * error rate of the old version in the same time.
 */
export function failsTooOften({ before, after }: Seen, most?: number): boolean {
  return after.errors > 0 && errorRate(after) > (most ?? errorRate(before));
}

/** Sends all requests to the new version, and records the old one. */
export function complete(aws: Aws, canary: Canary): Promise<AliasConfiguration> {
  const { text, record } = parseDescription(canary.alias.Description);
  return settle(aws, canary, {
    FunctionVersion: canary.to,
    Description: writeDescription({ text, record: moved(record, canary.from, canary.to) }),
  });
}

/** Sends all requests to the old version again. */
export function goBack(aws: Aws, canary: Canary): Promise<AliasConfiguration> {
  return settle(aws, canary, {});
}

function settle(
  aws: Aws,
  { resource, alias }: Canary,
  change: { FunctionVersion?: string; Description?: string },
): Promise<AliasConfiguration> {
  return updateAlias(aws, resource.partOf.name, alias, {
    ...change,
    RoutingConfig: { AdditionalVersionWeights: {} },
  });
}
