// Splits a process's output into log events: single lines, and multi-line events that a bootstrap marks.
import type { Readable } from 'node:stream';

/** A log event holds 256 KB, of which 26 bytes are overhead. */
const largestEvent = 262_144 - 26;
const newline = 10;

/**
 * Cuts an output into log events: one per line, with its newline if it has one. The text between a bootstrap's marker
 * and the end of the line is one event, with `\\` and `\n` for backslashes and newlines.
 */
export class Output {
  private readonly marker: Buffer;
  private readonly onEvent: (text: string, marked: boolean) => void;
  /** The parts of the unfinished line. */
  private rest: Buffer[] = [];
  private restSize = 0;
  private bytes = 0;
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;

  constructor(stream: Readable, token: string, onEvent: (text: string, marked: boolean) => void) {
    this.marker = Buffer.from(`\0${token}`);
    this.onEvent = onEvent;
    stream.on('data', (chunk: Buffer) => this.read(chunk));
    this.ended = new Promise((resolve) => {
      for (const event of ['end', 'error', 'close']) stream.once(event, resolve);
    }).then(() => this.flush());
  }

  /** Bytes read so far. */
  get size(): number {
    return this.bytes;
  }

  /** Turns the unfinished line into an event. */
  flush(): void {
    if (this.restSize > 0) this.take(this.joined(Buffer.alloc(0)));
  }

  private read(chunk: Buffer): void {
    this.bytes += chunk.length;
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.take(this.joined(chunk.subarray(from, end + 1)));
      from = end + 1;
    }
    if (from === chunk.length) return;
    this.rest.push(chunk.subarray(from));
    this.restSize += chunk.length - from;
    // An endless line is cut before it fills the memory; a marked event may have any length.
    if (this.restSize > largestEvent && this.rest[0]?.[0] !== 0) this.flush();
  }

  private joined(end: Buffer): Buffer {
    if (this.restSize === 0) return end;
    const line = Buffer.concat([...this.rest, end]);
    this.rest = [];
    this.restSize = 0;
    return line;
  }

  private take(line: Buffer): void {
    const at = line.indexOf(this.marker);
    if (at !== 0) this.emit(at < 0 ? line : line.subarray(0, at), false);
    if (at < 0) return;
    const text = line.toString('utf8', at + this.marker.length, line.length - 1);
    this.emit(Buffer.from(text.replace(/\\([\\n])/g, (_, code) => (code === 'n' ? '\n' : '\\'))), true);
  }

  private emit(event: Buffer, marked: boolean): void {
    for (let from = 0; from < event.length; ) {
      let to = Math.min(from + largestEvent, event.length);
      // Never cut within a UTF-8 character.
      while (to < event.length && to > from && ((event[to] ?? 0) & 0xc0) === 0x80) to--;
      if (to === from) to = Math.min(from + largestEvent, event.length);
      this.onEvent(event.toString('utf8', from, to), marked);
      from = to;
    }
  }
}
