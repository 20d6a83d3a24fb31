// Collects the events of functions for a moment before they are written: one commit for many costs as much as for one.
// Readers trigger the write first.
import type { Scope } from '../../../call.ts';
import type { LogSink } from '../../../faces.ts';

interface LogEvent {
  timestamp: number;
  message: string;
}

interface Lines {
  readonly scope: Scope;
  readonly group: string;
  readonly stream: string;
  readonly events: LogEvent[];
}

/** The delay in milliseconds. */
const moment = 20;

export class WriteBuffer implements LogSink {
  private readonly writer: LogSink;
  /** By stream. */
  private lines = new Map<string, Lines>();
  private timer: NodeJS.Timeout | undefined;

  constructor(writer: LogSink) {
    this.writer = writer;
  }

  append(scope: Scope, group: string, stream: string, events: LogEvent[]): void {
    const key = `${scope.account}/${scope.region}/${group}:${stream}`;
    const known = this.lines.get(key);
    if (known) known.events.push(...events);
    else this.lines.set(key, { scope, group, stream, events: [...events] });
    this.timer ??= setTimeout(() => this.flush(), moment);
  }

  flush(): void {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const { lines } = this;
    this.lines = new Map();
    for (const { scope, group, stream, events } of lines.values()) {
      this.writer.append(scope, group, stream, events);
    }
  }
}
