// From a queue to a function: one message at a time, and many.
import { median, realPython, table, withLocalAws } from '../harness.js';
import { credentialsOf, eventClients, makeConsumer, makeEventRole, makeQueue, sendTimes } from './clients.js';
import { handlers, now } from './handlers.js';
import { orLeaveOut, startMinistack, startMoto, startOfflineSqs } from './peers.js';
import { withSink } from './sink.js';

const usual = { single: 60, many: 1000 };
/** serverless-offline-sqs takes five seconds for a message. */
const slow = { single: 2, many: 100 };
const rounds = 3;

export async function queues() {
  await withSink((sink) =>
    withLocalAws(async (env) => {
      const functions = handlers(sink.url);
      const languages = (await realPython()) ? ['node', 'python'] : ['node'];
      const clients = await eventClients(env);
      const role = await makeEventRole(clients);
      const contenders = [];
      for (const name of languages) {
        const url = await makeConsumer(clients, name, role, functions[name]);
        contenders.push({ name: `slsctl local, ${name}`, send: (count) => sendTimes(clients, url, count) });
      }
      const loop = await startLoop(clients, sink);
      contenders.push(loop);
      try {
        await withOfflineSqs(functions.node, (offline) =>
          withMinistack(functions.python, async (ministack) => {
            for (const peer of [offline, ministack]) if (peer) contenders.push(peer);
            await compare(contenders, sink);
          }),
        );
      } finally {
        await loop.stop();
      }
    }),
  );
}

/** The shortest way with the SDK: it receives, handles and deletes in the same process. */
async function startLoop(clients, { url: sink }) {
  const { url: QueueUrl } = await makeQueue(clients, 'loop');
  let over = false;
  const running = (async () => {
    while (!over) {
      const request = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      const { Messages = [] } = await clients.sqs.receiveMessage(request);
      if (Messages.length === 0) continue;
      const at = now();
      await fetch(sink, {
        method: 'POST',
        body: JSON.stringify(Messages.map(({ Body }) => at - Number(Body))),
      });
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await clients.sqs.deleteMessageBatch({ QueueUrl, Entries });
    }
  })();
  return {
    name: 'a loop with the SDK, the same queue',
    send: (count) => sendTimes(clients, QueueUrl, count),
    stop: () => {
      over = true;
      return running;
    },
  };
}

function withOfflineSqs(handler, use) {
  return orLeaveOut('moto', startMoto, (moto) =>
    orLeaveOut(
      'serverless-offline-sqs',
      async () => {
        if (!moto) throw new Error('there is no moto');
        const clients = await eventClients(credentialsOf(moto.endpoint));
        const { url, arn } = await makeQueue(clients, 'offline-jobs');
        const { stop } = await startOfflineSqs(moto.endpoint, arn, handler);
        const send = (count) => sendTimes(clients, url, count);
        return { name: 'serverless-offline-sqs, node, queue of moto', send, stop, sizes: slow };
      },
      use,
    ),
  );
}

function withMinistack(handler, use) {
  return orLeaveOut(
    'ministack',
    async () => {
      const { endpoint, stop } = await startMinistack();
      const clients = await eventClients(credentialsOf(endpoint));
      const role = await makeEventRole(clients);
      const url = await makeConsumer(clients, 'lags', role, handler);
      return { name: 'ministack, python', send: (count) => sendTimes(clients, url, count), stop };
    },
    use,
  );
}

async function compare(contenders, sink) {
  const results = contenders.map(() => ({ lags: [], rates: [] }));
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { name, send, sizes: { single, many } = usual }] of contenders.entries()) {
      const lags = [];
      for (let message = 0; message < single; message += 1) {
        await send(1);
        lags.push(...(await sink.take(1, name)));
      }
      const began = performance.now();
      await Promise.all([send(many), sink.take(many, name)]);
      const rate = (many / (performance.now() - began)) * 1000;
      if (round < 0) continue;
      results[index].lags.push(median(lags));
      results[index].rates.push(rate);
    }
  }
  table(
    `From a queue to a function, median of ${rounds} rounds in turns: ${usual.single} messages one by one, then ${usual.many} at once`,
    ['', 'p50 ms', 'per second'],
    contenders.map(({ name }, index) => [
      name,
      median(results[index].lags).toFixed(2),
      median(results[index].rates).toFixed(0),
    ]),
  );
}
