// Streams and functions for tests of mappings of streams.
import { type Event, type Lab, streamArn } from './lab.ts';

/** The contents of the records of an event, as texts. */
export const datas = (event: Event): string[] =>
  event.Records.map((record: Event) => Buffer.from(record.kinesis.data, 'base64').toString());

/** `current` answers the lab of the test that runs. */
export const streamTools = (current: () => Lab) => ({
  stream: (StreamName = 's', ShardCount = 1) => current().kinesis('CreateStream', { StreamName, ShardCount }),
  put: (data: string, PartitionKey = 'k', StreamName = 's') =>
    current().kinesis('PutRecord', { StreamName, Data: Buffer.from(data), PartitionKey }),
  /** A function that keeps its events and answers with `answer`. */
  async keeper(answer: (event: Event) => unknown = () => null, name = 'f') {
    const events: Event[] = [];
    await current().make(name, (event) => {
      events.push(event);
      return answer(event);
    });
    return events;
  },
  /** Maps the stream `s`. */
  map: (more: object = {}, name = 'f') =>
    current().map(name, streamArn('s'), { StartingPosition: 'TRIM_HORIZON', ...more }),
});
