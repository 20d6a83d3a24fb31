// Reads what a function's process writes: log lines, and the frames that the bootstraps put between them.
import type { Readable } from 'node:stream';

/** What a bootstrap says: one log event, the end of init, or the end of an invocation. */
export interface Frame {
  log?: string;
  init?: boolean;
  version?: string;
  /** Request id of the invocation that ended. */
  end?: string;
  /** The process ends after it. */
  leaving?: boolean;
  /** Kilobytes, the most that was ever in use. */
  maxMemory?: number | null;
}

/** Lines longer than this are cut: a log event holds 256 KB. */
const longestLine = 262_144 - 26;

/**
 * Calls `onText` for each line (its newline included, when there is one) and `onFrame` for each frame, in the
 * order in which they were written. Resolves when the stream has ended.
 */
export function readOutput(
  stream: Readable,
  token: string,
  onText: (text: string) => void,
  onFrame: (frame: Frame) => void,
): Promise<void> {
  const marker = Buffer.from(`\0${token}`);
  let rest: Buffer = Buffer.alloc(0);

  function take(line: Buffer): void {
    const at = line.indexOf(marker);
    if (at !== 0) onText(line.toString('utf8', 0, at < 0 ? line.length : at));
    if (at < 0) return;
    try {
      onFrame(JSON.parse(line.toString('utf8', at + marker.length)));
    } catch {
      onText(line.toString('utf8', at));
    }
  }

  stream.on('data', (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(rest.subarray(0, end + 1));
      rest = rest.subarray(end + 1);
    }
    while (rest.length > longestLine && !rest.includes(marker)) {
      onText(rest.toString('utf8', 0, longestLine));
      rest = rest.subarray(longestLine);
    }
  });
  return new Promise((resolve) => {
    const done = () => {
      if (rest.length > 0) take(rest);
      rest = Buffer.alloc(0);
      resolve();
    };
    stream.once('end', done);
    stream.once('error', done);
    stream.once('close', done);
  });
}
