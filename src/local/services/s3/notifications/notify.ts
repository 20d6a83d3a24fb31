// Sends the events of a bucket. They are in the store before the request is answered.

import type { BucketRecord, S3State } from '../state.ts';
import { destinationsIn, isSentTo, notificationsOf } from './configuration.ts';
import { deliver, dropped } from './destinations.ts';
import { busEventOf, type Happening, nextSequencer, type Requester, recordOf } from './events.ts';

/**
 * Call it in the turn in which the object is changed. Functions, queues, topics and buses put an event into the store
 * before they return, so a change that was answered has its events, even if the server is killed. Never throws.
 */
export function notify(
  state: S3State,
  requester: Requester,
  bucket: BucketRecord,
  happened: Pick<Happening, 'name' | 'key' | 'version'>,
): void {
  const configuration = notificationsOf(bucket);
  if (!configuration) return;
  const time = Date.now();
  const happening = { ...happened, time, sequencer: nextSequencer(time) };
  for (const destination of destinationsIn(configuration)) {
    if (!isSentTo(destination, happened.name, happened.key)) continue;
    const record = recordOf(bucket, happening, requester, destination.id);
    deliver(state, bucket, destination, { Records: [record] }, requester.traceId);
  }
  if (!configuration.EventBridgeConfiguration) return;
  const { account, region } = bucket;
  try {
    state.host.face('buses').put({ account, region }, busEventOf(bucket, happening, requester));
  } catch (error) {
    dropped(bucket, 'EventBridge', error);
  }
}
