// A stream as it is on AWS, and its settings as slsctl compares them.
import type { StreamDescriptionSummary } from '@aws-sdk/client-kinesis';
import type { Tags } from '../owned/ownership.ts';

export interface LiveStream {
  summary: StreamDescriptionSummary;
  tags: Tags;
}

export type Settings = Partial<Record<'StreamMode' | 'EncryptionType' | 'KeyId', string>> &
  Partial<Record<'ShardCount' | 'RetentionPeriodHours', number>>;

/** AWS's own key for Kinesis: producers and consumers need no permission for it. */
export const ownKey = 'alias/aws/kinesis';

export function settingsOf({ summary }: LiveStream): Settings {
  return {
    // Some endpoints do not say it: then it is what there was before on-demand streams.
    StreamMode: summary.StreamModeDetails?.StreamMode ?? 'PROVISIONED',
    ShardCount: summary.OpenShardCount,
    RetentionPeriodHours: summary.RetentionPeriodHours,
    EncryptionType: summary.EncryptionType ?? 'NONE',
    KeyId: summary.KeyId ?? undefined,
  };
}
