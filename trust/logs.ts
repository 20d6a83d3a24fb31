// `slsctl logs --follow` shows each event once: events that are late, dated ahead, in a burst, and on slow pages.
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { followLogs } from '../src/workflow/logs/follow.ts';
import { type SimulatedEvent, SimulatedLogs } from './logs/simulated-logs.ts';
import type { Section } from './section.ts';
import { chance } from './work.ts';

/** Milliseconds; as the default of `--late`. */
const late = 30_000;
/** The events of a shape come within this time, in milliseconds. */
const spans = { whole: 300_000, short: 60_000 };
const begin = Date.parse('2026-01-01T00:00:00Z');

interface Shape {
  name: string;
  /** Milliseconds that each page takes. */
  pageTime: number;
  /** `place`: the time of the event when all events have an even pace. `burst`: a time that
   * most events share. */
  event(place: number, draw: () => number, burst: number): Omit<SimulatedEvent, 'id'>;
}

const shapes: Shape[] = [
  {
    name: 'late',
    pageTime: 20,
    event: (timestamp, draw) => ({ timestamp, readable: timestamp + Math.floor(draw() * late) }),
  },
  {
    name: 'ahead',
    pageTime: 20,
    event(readable, draw) {
      const ahead = draw() < 0.01 ? Math.floor(draw() * 7_200_000) : 0;
      return { timestamp: readable + ahead, readable: readable + 500 };
    },
  },
  {
    name: 'burst',
    pageTime: 20,
    event(place, draw, burst) {
      const timestamp = draw() < 0.6 ? burst + Math.floor(draw() * 1000) : place;
      return { timestamp, readable: timestamp + Math.floor(draw() * 2000) };
    },
  },
  {
    name: 'slow pages',
    pageTime: 4000,
    event: (timestamp, draw) => ({ timestamp, readable: timestamp + Math.floor(draw() * 20_000) }),
  },
];

export const logs: Section = async (size, say) => {
  const count = size === 'whole' ? 50_000 : 1500;
  const broken: string[] = [];
  let lost = 0;
  let doubled = 0;
  let mostRemembered = 0;
  for (const shape of shapes) {
    say(`${shape.name}: ${count} events`);
    const result = await followShape(shape, count, spans[size]);
    lost += result.lost;
    doubled += result.doubled;
    mostRemembered = Math.max(mostRemembered, result.mostRemembered);
    if (result.lost > 0) broken.push(`${shape.name}: ${result.lost} of ${count} events were lost`);
    if (result.doubled > 0) broken.push(`${shape.name}: ${result.doubled} events were shown twice`);
    if (result.kept > 0)
      broken.push(`${shape.name}: ${result.kept} events are still remembered after they left the window`);
  }
  const all = (count * shapes.length).toLocaleString('en');
  const names = shapes.map(({ name }) => name).join(', ');
  return {
    figures: `${all} events (${names}): ${lost} lost, ${doubled} doubled, at most ${mostRemembered} remembered`,
    broken,
  };
};

/** Follows until all events are readable and have left the window. */
async function followShape(shape: Shape, count: number, span: number) {
  const draw = chance(count + shape.name.length);
  const events = Array.from({ length: count }, (_, index) => ({
    id: String(index).padStart(56, '0'),
    ...shape.event(begin + Math.floor((span * index) / count), draw, begin + span / 2),
  }));
  const source = new SimulatedLogs(events, { now: begin, pageTime: shape.pageTime, pageSize: 1000 });
  const client = new CloudWatchLogsClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
    requestHandler: source,
  });
  const end = begin + span + 4 * late + 60_000;
  const shown = new Map<string, number>();
  const ended = new Error('the simulated time is over');
  let remembered = 0;
  let mostRemembered = 0;
  try {
    await followLogs(
      client,
      { group: '/aws/lambda/simulated', startTime: begin, late },
      {
        show: ({ eventId = '' }) => void shown.set(eventId, (shown.get(eventId) ?? 0) + 1),
        polled(state) {
          remembered = state.remembered;
          mostRemembered = Math.max(mostRemembered, remembered);
        },
        async pause() {
          source.now += 1000;
          if (source.now > end) throw ended;
        },
      },
    );
  } catch (error) {
    if (error !== ended) throw error;
  } finally {
    client.destroy();
  }
  const ahead = events.filter(({ timestamp }) => timestamp > begin + span).length;
  return {
    lost: events.filter(({ id }) => !shown.has(id)).length,
    doubled: [...shown.values()].filter((times) => times > 1).length,
    mostRemembered,
    kept: Math.max(0, remembered - ahead),
  };
}
