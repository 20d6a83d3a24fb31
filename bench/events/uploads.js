// From an upload to a bucket to the handler.

import { makeFunction } from '../functions.js';
import { median, realPython, table, withLocalAws } from '../harness.js';
import { credentialsOf, eventClients, makeEventRole } from './clients.js';
import { handlers, now } from './handlers.js';
import { orLeaveOut, startMinistack } from './peers.js';
import { withSink } from './sink.js';

const uploadsPerRound = 40;
const rounds = 3;

export async function uploads() {
  await withSink((sink) =>
    withLocalAws(async (env) => {
      const functions = handlers(sink.url);
      const language = (await realPython()) ? 'python' : 'node';
      const ours = await contender('slsctl local', await eventClients(env), functions[language]);
      await orLeaveOut(
        'ministack',
        async () => {
          const { endpoint, stop } = await startMinistack();
          const clients = await eventClients(credentialsOf(endpoint));
          return { ...(await contender('ministack', clients, functions.python)), stop };
        },
        async (ministack) => compare([ours, ...(ministack ? [ministack] : [])], sink),
      );
    }),
  );
}

async function contender(name, clients, handler) {
  const FunctionName = 'uploads';
  const Bucket = 'bench-uploads';
  await makeFunction(clients, FunctionName, await makeEventRole(clients), handler);
  const { FunctionArn } = await clients.lambda.getFunctionConfiguration({ FunctionName });
  await clients.s3.createBucket({ Bucket });
  await clients.lambda.addPermission({
    FunctionName,
    StatementId: 's3',
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    SourceArn: `arn:aws:s3:::${Bucket}`,
  });
  await clients.s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration: {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: FunctionArn, Events: ['s3:ObjectCreated:*'] }],
    },
  });
  const upload = () => clients.s3.putObject({ Bucket, Key: `incoming/${now()}`, Body: 'content' });
  return { name, upload };
}

async function compare(contenders, sink) {
  const results = contenders.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { name, upload }] of contenders.entries()) {
      const lags = [];
      for (let count = 0; count < uploadsPerRound; count += 1) {
        await upload();
        lags.push(...(await sink.take(1, name)));
      }
      if (round >= 0) results[index].push(median(lags));
    }
  }
  table(
    `From an upload to the handler, median of ${rounds} rounds of ${uploadsPerRound} in turns`,
    ['', 'p50 ms'],
    contenders.map(({ name }, index) => [name, median(results[index]).toFixed(2)]),
  );
}
