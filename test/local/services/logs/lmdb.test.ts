import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogsService } from '../../../../src/local/services/logs/service.ts';
import { logWriter } from '../../../../src/local/services/logs/writer.ts';
import { openStore } from '../../../../src/local/store/lmdb-store.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { alone } from '../../composed.ts';
import { call, start } from './fixture.ts';

let folder: string;
let store: Store;

const logs = () => alone(createLogsService, { store, now: () => start });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slsctl-logs-'));
  store = openStore(join(folder, 'store'));
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

it('the durable store gives the same pages, forward and backward, after a restart as well', async () => {
  const written = logWriter(logs().state);
  for (let index = 0; index < 300; index++) {
    const event = { timestamp: start + ((index * 7) % 100), message: `${index}` };
    written.append(call, 'g', `s${index % 3}`, [event]);
  }
  await store.close();
  store = openStore(join(folder, 'store'));
  const { state, handlers } = logs();
  const sink = logWriter(state);
  const expected = Array.from({ length: 300 }, (_, index) => ({ index, at: (index * 7) % 100 }))
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(({ index }) => `${index}`);

  for (const startFromHead of [true, false]) {
    const found: (string | undefined)[] = [];
    const ids = new Set<string | undefined>();
    let nextToken: string | undefined;
    do {
      const input = { logGroupName: 'g', limit: 70, startTime: start, startFromHead, nextToken };
      const page = await handlers.FilterLogEvents!(input, { call, state });
      for (const { message, eventId } of page.events ?? []) {
        found.push(message);
        ids.add(eventId);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(found).toEqual(startFromHead ? expected : expected.toReversed());
    expect(ids.size).toBe(300);
  }

  const stream = { logGroupName: 'g', logStreamName: 's1', limit: 2 };
  const own = expected.filter((message) => Number(message) % 3 === 1);
  const latest = await handlers.GetLogEvents!(stream, { call, state });
  expect(latest.events?.map(({ message }) => message)).toEqual(own.slice(-2));
  const earlier = await handlers.GetLogEvents!(
    { ...stream, nextToken: latest.nextBackwardToken },
    { call, state },
  );
  expect(earlier.events?.map(({ message }) => message)).toEqual(own.slice(-4, -2));
  sink.append(call, 'g', 's1', [{ timestamp: start + 200, message: 'new' }]);
  const newer = await handlers.GetLogEvents!(
    { ...stream, nextToken: latest.nextForwardToken },
    { call, state },
  );
  expect(newer.events?.map(({ message }) => message)).toEqual(['new']);

  const streams = await handlers.DescribeLogStreams!(
    { logGroupName: 'g', descending: true },
    { call, state },
  );
  expect(streams.logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['s2', 's1', 's0']);
  await handlers.DeleteLogGroup!({ logGroupName: 'g' }, { call, state });
  for (const name of ['logs.groups', 'logs.streams', 'logs.events'])
    expect([...store.collection(name).entries()]).toEqual([]);
});
