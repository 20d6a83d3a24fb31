// Which event source mappings call $LATEST of a function.
import { expect, it, onTestFinished } from 'vitest';
import { createAws } from '../../../src/aws/create.ts';
import { latestMappings } from '../../../src/resources/function/latest-callers.ts';
import { recordingServer } from '../../aws/recorder.ts';

it('an alias that is named like a function is not taken for it', async () => {
  const server = await recordingServer();
  onTestFinished(() => server.close());
  const mapping = (UUID: string, of: string) => ({
    UUID,
    State: 'Enabled',
    FunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${of}`,
  });
  const all = [
    mapping('itself', 'live'),
    mapping('latest', 'live:$LATEST'),
    mapping('alias', 'orders:live'),
    mapping('longer', 'orders-live'),
  ];
  server.answer({ status: 200, body: JSON.stringify({ EventSourceMappings: all }) });
  const aws = await createAws({
    ...{ cwd: '/', env: {}, region: 'us-east-1', endpoint: server.endpoint },
    credentials: { accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey: 'example-secret-of-nobody' },
  });
  const mappings = await latestMappings(aws);
  expect(mappings('live').map(({ name }) => name)).toEqual(['itself', 'latest']);
});
