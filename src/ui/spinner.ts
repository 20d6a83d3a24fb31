// Shows steps on a terminal: one spinning line for all running steps, and a line with ✔ or ✖ for each ended step.
import ora, { type Ora } from 'ora';
import type { Host, Output } from '../host.ts';

export interface Step {
  title: string;
  detail: string;
}

export class Spinner {
  private readonly stream: Output;
  private readonly isEnabled: boolean;
  private readonly running: Step[] = [];
  private line: Ora | undefined;

  constructor({ stderr, env }: Host) {
    this.stream = stderr;
    this.isEnabled = Boolean(stderr.isTTY) && env.TERM !== 'dumb' && !('CI' in env);
  }

  /** Runs one step; several can run at the same time. */
  async run<T>(
    title: string,
    run: (report: (text: string, share?: number) => void) => Promise<T>,
  ): Promise<T> {
    const step: Step = { title, detail: '' };
    this.running.push(step);
    this.line ??= ora({ stream: this.stream, isEnabled: this.isEnabled, discardStdin: false });
    this.line.start(this.describe());
    try {
      const result = await run((text, share) => {
        step.detail = ` (${share === undefined ? '' : `${bar(share)} `}${text})`;
        if (this.line) this.line.text = this.describe();
      });
      this.end(step, true);
      return result;
    } catch (error) {
      this.end(step, false);
      throw error;
    }
  }

  /** Shows no spinning line while this runs. */
  async pausedFor<T>(run: () => Promise<T>): Promise<T> {
    this.line?.stop();
    try {
      return await run();
    } finally {
      this.line?.start(this.describe());
    }
  }

  /** Shows a line that leaves no trace. `clear` makes room for another text, below which the line appears again. */
  wait(text: string): { end(): void; clear(): void } {
    const line = ora({ stream: this.stream, isEnabled: this.isEnabled, discardStdin: false });
    line.start(cut(text, (this.stream.columns || 80) - 2));
    return { end: () => void line.stop(), clear: () => void line.clear() };
  }

  private describe(): string {
    // Two columns are taken by the spinner's sign and a blank.
    return oneLine(this.running, (this.stream.columns || 80) - 2);
  }

  private end(step: Step, succeeded: boolean): void {
    this.running.splice(this.running.indexOf(step), 1);
    if (succeeded) this.line?.succeed(step.title);
    else this.line?.fail(step.title);
    if (this.running.length > 0) this.line?.start(this.describe());
    else this.line = undefined;
  }
}

const width = 20;

function bar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** The steps in at most `room` characters. For a single step the title is cut first, because the detail changes. */
export function oneLine(steps: readonly Step[], room: number): string {
  const [only, ...others] = steps;
  const text = steps.map(({ title, detail }) => title + detail).join(', ');
  if (text.length <= room || !only || others.length > 0) return cut(text, room);
  return cut(cut(only.title, Math.max(room - only.detail.length, shortest)) + only.detail, room);
}

/** A title is not cut below this number of characters to make room for the detail. */
const shortest = 16;

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(room - 1, 0))}…`;
}
