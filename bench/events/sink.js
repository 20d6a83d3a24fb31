// Receives from functions how long each event took from the sender to the handler, in milliseconds.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const patience = 60_000;

/** Calls `use` with `{ url, take(count, from) }`; `take` resolves with the next lags, when so many have come. */
export async function withSink(use) {
  const lags = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    lags.push(...JSON.parse(text));
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use({
      url: `http://127.0.0.1:${server.address().port}/`,
      take: (count, from) => take(lags, count, from),
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function take(lags, count, from) {
  const until = Date.now() + patience;
  while (lags.length < count) {
    if (Date.now() > until)
      throw new Error(`${from}: ${lags.length} of ${count} events came in ${patience / 1000} s`);
    await sleep(1);
  }
  return lags.splice(0, count);
}
