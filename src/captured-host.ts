// A host without a process: gives the program its input, and collects its output.
import { Readable, Writable } from 'node:stream';
import type { Host, Input } from './host.ts';

export function capturedHost(
  parts: Pick<Host, 'cwd' | 'env' | 'signals' | 'exit'> & { input?: string | Uint8Array },
) {
  const { input, ...rest } = parts;
  const stdin: Input = {
    isTTY: async () => false,
    open: () => Readable.from(input === undefined ? [] : [Buffer.from(input)]),
  };
  return { ...rest, stdin, stdout: new Captured(), stderr: new Captured() } satisfies Host;
}

/** Collects output; emits `written` after each write. */
export class Captured extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.chunks.push(chunk);
    this.emit('written');
    done();
  }

  /** Everything written so far. */
  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
