// Events of functions on their way into the store: gathered for a moment, since one commit for many costs no more
// than one for each. Who reads gets them written first.
import type { LogSink, Scope } from '../../service.ts';

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

/** Milliseconds. */
const moment = 20;

export class WriteBuffer implements LogSink {
  private readonly writer: LogSink;
  private lines: Lines[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(writer: LogSink) {
    this.writer = writer;
  }

  append(scope: Scope, group: string, stream: string, events: LogEvent[]): void {
    this.lines.push({ scope, group, stream, events });
    this.timer ??= setTimeout(() => this.flush(), moment);
  }

  flush(): void {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const { lines } = this;
    this.lines = [];
    for (let at = 0, end = 0; at < lines.length; at = end) {
      const { scope, group, stream } = lines[at] as Lines;
      while (lines[end]?.stream === stream && lines[end]?.group === group) end++;
      const events = lines.slice(at, end).flatMap(({ events }) => events);
      this.writer.append(scope, group, stream, events);
    }
  }
}
