// A local AWS with a Kinesis client. The client speaks HTTP/2, as the SDK does by default.
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { clientSettings } from '../../../support/local.ts';
import { type InProcessAws, startInProcess } from '../../in-process.ts';

export interface KinesisAws extends InProcessAws {
  kinesis: KinesisClient;
  /** Creates a stream and answers its ARN. */
  stream(name: string, shards?: number): Promise<string>;
}

export async function startKinesis(): Promise<KinesisAws> {
  const local = await startInProcess();
  const kinesis = new KinesisClient({ ...clientSettings(local.env), maxAttempts: 1 });
  return Object.assign({}, local, {
    kinesis,
    async stream(StreamName: string, ShardCount = 1) {
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
      return `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
    },
    async stop() {
      kinesis.destroy();
      await local.stop();
    },
  });
}

export const said = (pending: Promise<unknown>): Promise<string> =>
  pending.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );
