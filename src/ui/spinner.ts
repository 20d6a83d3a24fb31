// Steps on a terminal: one spinning line for all that run now, and a ticked or crossed line for each that ended.
import ora, { type Ora } from 'ora';

export interface Step {
  title: string;
  detail: string;
}

const running: Step[] = [];
let line: Ora | undefined;

/** Runs one step; steps may run side by side. */
export async function spinner<T>(
  title: string,
  run: (report: (text: string, share?: number) => void) => Promise<T>,
): Promise<T> {
  const step: Step = { title, detail: '' };
  running.push(step);
  line ??= ora({ stream: process.stderr, discardStdin: false });
  line.start(describe());
  try {
    const result = await run((text, share) => {
      step.detail = ` (${share === undefined ? '' : `${bar(share)} `}${text})`;
      if (line) line.text = describe();
    });
    end(step, true);
    return result;
  } catch (error) {
    end(step, false);
    throw error;
  }
}

const width = 20;

function bar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

function describe(): string {
  // The sign and the blank after it stand before the text.
  return oneLine(running, (process.stderr.columns || 80) - 2);
}

/** The steps in at most so many characters: of a single one the title is cut first, since the detail changes. */
export function oneLine(steps: readonly Step[], room: number): string {
  const [only, ...others] = steps;
  const text = steps.map(({ title, detail }) => title + detail).join(', ');
  if (text.length <= room || !only || others.length > 0) return cut(text, room);
  return cut(cut(only.title, Math.max(room - only.detail.length, shortest)) + only.detail, room);
}

/** Characters of a title that say enough. */
const shortest = 16;

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(room - 1, 0))}…`;
}

function end(step: Step, succeeded: boolean): void {
  running.splice(running.indexOf(step), 1);
  if (succeeded) line?.succeed(step.title);
  else line?.fail(step.title);
  if (running.length > 0) line?.start(describe());
  else line = undefined;
}
