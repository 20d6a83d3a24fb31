// A simulated CloudWatch Logs with a clock of its own. It answers FilterLogEvents in pages, and knows when each event
// becomes readable.

import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';

export interface SimulatedEvent {
  id: string;
  /** Epoch milliseconds. */
  timestamp: number;
  /** Epoch milliseconds: before this time no page has the event. */
  readable: number;
}

export interface Pace {
  now: number;
  /** Milliseconds of the simulated clock that each page takes. */
  pageTime: number;
  /** Events on a page. */
  pageSize: number;
}

/** The request handler of a CloudWatch Logs client. */
export class SimulatedLogs {
  /** The simulated clock, in epoch milliseconds. */
  now: number;
  private readonly pace: Pace;
  /** By timestamp, then id: the order of the pages. */
  private readonly events: SimulatedEvent[];

  constructor(events: readonly SimulatedEvent[], pace: Pace) {
    this.now = pace.now;
    this.pace = pace;
    this.events = events.toSorted((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1));
  }

  async handle(request: { body: Uint8Array }): Promise<{ response: HttpResponse }> {
    const asked = JSON.parse(new TextDecoder().decode(request.body)) as {
      startTime: number;
      nextToken?: string;
    };
    const after = asked.nextToken === undefined ? this.firstFrom(asked.startTime) : Number(asked.nextToken);
    const page: SimulatedEvent[] = [];
    let index = after;
    for (; index < this.events.length && page.length < this.pace.pageSize; index++) {
      const event = this.events[index] as SimulatedEvent;
      if (event.readable <= this.now) page.push(event);
    }
    const answer = {
      events: page.map(({ id, timestamp }) => ({
        eventId: id,
        timestamp,
        logStreamName: 'simulated',
        message: `event ${id}`,
      })),
      searchedLogStreams: [],
      nextToken: index < this.events.length && page.length > 0 ? String(index) : undefined,
    };
    const response = new HttpResponse({
      statusCode: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1', date: new Date(this.now).toUTCString() },
      body: Readable.from([JSON.stringify(answer)]),
    });
    this.now += this.pace.pageTime;
    return { response };
  }

  private firstFrom(startTime: number): number {
    const index = this.events.findIndex(({ timestamp }) => timestamp >= startTime);
    return index < 0 ? this.events.length : index;
  }
}
