// The Ui on the host's streams: answers go to stdout, everything else to stderr.
import { stripVTControlCharacters } from 'node:util';
import { badInput, exitCodes, Interrupted } from '../errors/user-error.ts';
import type { Host, Output } from '../host.ts';
import type { Author, Secrets } from '../secrets/secrets.ts';
import { nextText } from './next.ts';
import { type Place, placeFlags } from './place.ts';
import type { Spinner } from './spinner.ts';
import type { Style, Ui } from './ui.ts';

export interface TerminalOptions extends Place {
  output: 'text' | 'json';
  quiet?: boolean;
  color?: boolean;
}

/**
 * Honours NO_COLOR (no-color.org), FORCE_COLOR, CI and pipes. The packages for colours and the spinner are loaded only
 * when they are shown. The signal aborts an open question. No secret leaves through this Ui.
 */
export async function terminalUi(
  options: TerminalOptions,
  host: Host,
  { signal, secrets }: { signal: AbortSignal; secrets: Secrets },
): Promise<Ui> {
  const { env, stdin, stdout, stderr } = host;
  const json = options.output === 'json';
  const interactive = Boolean(stderr.isTTY && !env.CI && !json && (await stdin.isTTY()));
  const colours = (stream: Output) => wantsColour(stream, options, env);
  const style = colours(stdout) || colours(stderr) ? await colourful() : plain;
  /** Lines of `waiting` that are shown. */
  const waits = new Set<{ clear(): void }>();
  const on = (stream: Output) => (text: string, author?: Author) => {
    for (const line of waits) line.clear();
    const masked = secrets.masked(text, author);
    stream.write(colours(stream) ? masked : stripVTControlCharacters(masked));
  };
  const onStdout = on(stdout);
  const onStderr = on(stderr);
  const prompt = async (asked: string) => {
    const question = secrets.masked(asked);
    const { createInterface } = await import('node:readline/promises');
    const lines = createInterface({ input: stdin.open(), output: stderr });
    // Before Node.js 20.20 `question` never settles when its input is closed.
    const closed = new Promise<never>((_, reject) =>
      lines.once('close', () => reject(new Interrupted(exitCodes.interrupted))),
    );
    try {
      return (await Promise.race([lines.question(question, { signal }), closed])).trim();
    } catch (error) {
      // The next message must start on a new line.
      onStderr('\n');
      throw error;
    } finally {
      lines.close();
    }
  };

  const note = (text: string, author?: Author) => {
    if (!options.quiet) onStderr(`${text}\n`, author);
  };
  const place = placeFlags(options, env);

  let streaming = false;
  // Of a stream, the logs, the function is the author.
  const author = (): Author => (streaming ? 'function' : 'slsctl');
  let held: object | undefined;
  let heldAuthor: Author = 'slsctl';
  let target: object | undefined;
  let spinner: Spinner | undefined;
  return {
    json,
    interactive,
    style,
    width: (stdout.isTTY && stdout.columns) || undefined,
    place,
    get streaming() {
      return streaming;
    },
    stream: () => {
      streaming = true;
    },
    print: (text) => {
      if (!json) onStdout(`${text}\n`, author());
    },
    write: (text) => void stdout.write(secrets.masked(text, 'function')),
    answer: (value, by = author()) => {
      if (!json) return;
      if (streaming) stdout.write(`${JSON.stringify(secrets.maskedIn({ ...value, target }, by))}\n`);
      else {
        held = { ...held, ...value };
        heldAuthor = by;
      }
    },
    goesTo: (place) => {
      target = place;
      secrets.ordinary(...Object.values(place));
    },
    finish: () => {
      const answer = held && secrets.maskedIn({ target, ...held }, heldAuthor);
      if (answer) stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
      held = undefined;
    },
    note,
    next: (next) => note(`next: ${nextText(next, place)}`),
    aside: (text, by) => onStderr(`${text}\n`, by),
    warn: (text) => onStderr(`${style.yellow('warning:')} ${text}\n`),
    error: (text) => onStderr(`${text}\n`),
    step: async (title, run) => {
      if (options.quiet) return run(() => {});
      // With a terminal width of 0 (unknown) the spinner would loop for ever.
      if (!interactive || !stderr.columns) {
        onStderr(`${title}\n`);
        let shown = -1;
        return run((text, share) => {
          const tenth = share === undefined ? shown : Math.floor(share * 10);
          if (share === undefined || tenth > shown) onStderr(`${title}: ${text}\n`);
          shown = tenth;
        });
      }
      const { Spinner } = await import('./spinner.ts');
      spinner ??= new Spinner(host);
      return spinner.run(secrets.masked(title), (report) =>
        run((text, share) => report(secrets.masked(text), share)),
      );
    },
    waiting: async (text) => {
      if (options.quiet || !interactive || !stderr.columns) return () => {};
      const { Spinner } = await import('./spinner.ts');
      const line = new Spinner(host).wait(text);
      waits.add(line);
      return () => {
        waits.delete(line);
        line.end();
      };
    },
    confirm: async (question) => {
      if (!interactive) {
        throw badInput('this needs a yes, and there is no terminal to ask on', {
          next: 'run it again with --yes',
        });
      }
      return /^y(es)?$/i.test(await prompt(`${question} ${style.dim('[y/N]')} `));
    },
    ask: async (question, fallback) => {
      const shown = fallback ? `${question} ${style.dim(`(${fallback})`)} ` : `${question} `;
      return (await (spinner ? spinner.pausedFor(() => prompt(shown)) : prompt(shown))) || fallback;
    },
  };
}

function wantsColour(stream: Output, { color }: TerminalOptions, env: NodeJS.ProcessEnv): boolean {
  if (color === false || env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return Boolean(stream.isTTY) && env.TERM !== 'dumb' && !env.CI;
}

const asItIs = (text: string) => text;
const plain: Style = {
  ...{ bold: asItIs, dim: asItIs, red: asItIs },
  ...{ green: asItIs, yellow: asItIs, cyan: asItIs },
};

async function colourful(): Promise<Style> {
  const { Chalk } = await import('chalk');
  const { bold, dim, red, green, yellow, cyan } = new Chalk({ level: 1 });
  return { bold, dim, red, green, yellow, cyan };
}
