// What streams of Kinesis and of DynamoDB have in common.
import type { Settings } from './settings.ts';
import type { Problem } from './source.ts';

/** AWS's defaults. */
export const streamDefaults: Settings = {
  BatchSize: 100,
  ParallelizationFactor: 1,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  BisectBatchOnFunctionError: false,
  TumblingWindowInSeconds: 0,
};

export function otherRegion(field: string, region: string, here: string): Problem | undefined {
  if (region === here) return undefined;
  return { field, sentence: `is in ${region}; Lambda reads only sources of its own region, ${here}` };
}
