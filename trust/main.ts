// The trust suite: runs the sections, prints the figures of each, and a table at the end.
import { removeHome } from '../test/support/cli.ts';
import { crash } from './crash.ts';
import { delivery } from './delivery.ts';
import { durability } from './durability.ts';
import { faults } from './faults.ts';
import { garbage } from './garbage.ts';
import { interruptions } from './interruptions.ts';
import { logs } from './logs.ts';
import { secrets } from './secrets.ts';
import type { Outcome, Section } from './section.ts';

export const sections: Readonly<Record<string, { run: Section; promise: string }>> = {
  crash: { run: crash, promise: 'a run that is killed at any request can be run again' },
  faults: { run: faults, promise: 'a run survives each fault by itself' },
  secrets: { run: secrets, promise: 'no secret leaves the process' },
  logs: { run: logs, promise: 'logs --follow shows each event once' },
  interruptions: {
    run: interruptions,
    promise: 'Ctrl-C and SIGTERM leave nothing behind, and a run can be run again',
  },
  durability: { run: durability, promise: 'a killed local AWS loses nothing that it acknowledged' },
  delivery: {
    run: delivery,
    promise: 'an event that the local AWS accepted reaches the function, or the dead-letter queue',
  },
  garbage: { run: garbage, promise: 'no request crashes the local AWS, and garbage is refused' },
};

/** So many broken promises of a section are printed. */
const shown = 30;

interface Row extends Outcome {
  readonly name: string;
  readonly seconds: number;
}

/** Resolves with the exit code: 1 when a promise is broken, 2 for a section that does not exist. */
export async function main(args: readonly string[]): Promise<number> {
  const size = args.includes('--short') ? 'short' : 'whole';
  const chosen = args.filter((arg) => !arg.startsWith('-'));
  const unknown = chosen.filter((name) => !(name in sections));
  if (unknown.length > 0) {
    print(`there is no section ${unknown.join(', ')}; there are: ${Object.keys(sections).join(', ')}\n`);
    return 2;
  }
  const rows: Row[] = [];
  try {
    for (const [name, { run }] of Object.entries(sections)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      const row = await measured(name, () => run(size, progressOf(name)));
      rows.push(row);
      print(`${clear()}${name.padEnd(14)}${row.figures}\n`);
      for (const sentence of row.broken.slice(0, shown)) print(`  broken: ${sentence.slice(0, 600)}\n`);
      if (row.broken.length > shown) print(`  … and ${row.broken.length - shown} more\n`);
    }
  } finally {
    await removeHome();
  }
  print(table(rows));
  return rows.some(({ broken }) => broken.length > 0) ? 1 : 0;
}

async function measured(name: string, run: () => Promise<Outcome>): Promise<Row> {
  const start = performance.now();
  const outcome = await run().catch((error) => ({
    figures: 'did not run to its end',
    broken: [String(error?.stack ?? error)],
  }));
  return { name, ...outcome, seconds: (performance.now() - start) / 1000 };
}

function table(rows: readonly Row[]): string {
  const widest = Math.max(...rows.map(({ figures }) => figures.length));
  const lines = rows.map(({ name, figures, broken, seconds }) => {
    const { promise } = sections[name] as { promise: string };
    const held = broken.length === 0 ? 'kept  ' : 'BROKEN';
    return `  ${name.padEnd(14)}${held}  ${figures.padEnd(widest)}  ${seconds.toFixed(0).padStart(5)} s  ${promise}`;
  });
  return `\n${lines.join('\n')}\n`;
}

const print = (text: string) => process.stdout.write(text);
const clear = () => (process.stdout.isTTY ? '\r\u001b[K' : '');

/** On a terminal only: one line, which the next one replaces. */
function progressOf(name: string): (progress: string) => void {
  return (progress) => {
    if (process.stdout.isTTY) print(`${clear()}${name.padEnd(14)}${progress.slice(0, 60)}`);
  };
}
