// Steps on a terminal: one spinning line for all that run now, and a ticked or crossed line for each that ended.
import ora, { type Ora } from 'ora';

interface Step {
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
  return running.map(({ title, detail }) => title + detail).join(', ');
}

function end(step: Step, succeeded: boolean): void {
  running.splice(running.indexOf(step), 1);
  if (succeeded) line?.succeed(step.title);
  else line?.fail(step.title);
  if (running.length > 0) line?.start(describe());
  else line = undefined;
}
