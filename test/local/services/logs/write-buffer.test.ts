// The write buffer of function logs: readers find every line, whether it is written yet or not.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LogSink } from '../../../../src/local/faces.ts';
import { WriteBuffer } from '../../../../src/local/services/logs/events/write-buffer.ts';
import { createLogsService } from '../../../../src/local/services/logs/service.ts';
import { logWriter } from '../../../../src/local/services/logs/writer.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { callerOf, someone } from '../../call.ts';
import { alone } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';

let store: Store;
const written = () => [...store.collection('logs.groups').entries()].length;
const scope = someone();

beforeEach(() => {
  vi.useFakeTimers();
  store = memoryStore();
});
afterEach(() => {
  vi.useRealTimers();
});

const logs = () => alone(createLogsService, { store });

const append = (sink: LogSink | undefined, stream: string, message: string) =>
  sink?.append(scope, 'g', stream, [{ timestamp: Date.now(), message }]);

it('the write buffer collects the lines of a stream and writes them together, in order', async () => {
  const service = logs();
  const writer = logWriter(service.state);
  const seen = vi.spyOn(writer, 'append');
  const sink = new WriteBuffer(writer);
  for (const [stream, message] of ['a1', 'a2', 'b1', 'a3'].map((line) => [...line] as [string, string])) {
    append(sink, stream, message);
  }
  expect(seen).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(
    seen.mock.calls.map(([, , stream, events]) => [stream, events.map(({ message }) => message)]),
  ).toEqual([
    ['a', ['1', '2', '3']],
    ['b', ['1']],
  ]);
  const { events } = await callerOf(service)('GetLogEvents', { logGroupName: 'g', logStreamName: 'a' });
  expect(events?.map(({ message }) => message)).toEqual(['1', '2', '3']);
});

it('the write buffer is written before a read, and when the service ends', async () => {
  const service = logs();
  const sink = service.faces?.logs;
  append(sink, 'a', 'one');
  expect(written()).toBe(0);
  const { events } = await callerOf(service)('FilterLogEvents', { logGroupName: 'g' });
  expect(events).toMatchObject([{ message: 'one' }]);
  expect(written()).toBe(1);
  append(sink, 'a', 'two');
  service.flush?.();
  expect(vi.getTimerCount()).toBe(0);
  const after = await callerOf(logs())('FilterLogEvents', { logGroupName: 'g' });
  expect(after.events).toHaveLength(2);
});
