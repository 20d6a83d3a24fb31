// Runs slsctl on a pseudo-terminal, where a test types keys and reads the screen.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { cleanEnvironment, homeFolder, program } from '../cli.ts';

const driver = fileURLToPath(new URL('terminal.py', import.meta.url));

/** Windows has no such terminals for Python. */
export const hasTerminals = process.platform !== 'win32';

export interface TerminalOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Characters in a line (80). */
  columns?: number;
  /** A file that gets stdout, as with `>` in a shell. */
  stdout?: string;
}

export interface Terminal {
  /** All that the program has written, with its control characters. */
  readonly raw: string;
  /** The readable text; a line that was written several times appears as often. */
  readonly text: string;
  /** Each state that the line of a spinner has had. */
  readonly spun: string[];
  /** Resolves when the text has been shown; rejects when the program ends without it. */
  saw(text: string): Promise<void>;
  type(keys: string): void;
  /** The exit code. */
  readonly done: Promise<number>;
}

export const ctrlC = '\x03';

/** The readable text on a terminal after this output. */
export function screen(raw: string): Pick<Terminal, 'text' | 'spun'> {
  // A line that is written again begins in the first column.
  const again = ['\r\n', '\r', '\x1b[1G'];
  const text = stripVTControlCharacters(again.reduce((rest, each) => rest.replaceAll(each, '\n'), raw));
  const spun = text
    .split('\n')
    // The terminal shows Ctrl-C where the line stands.
    .map((line) => line.replace(/\^C$/, ''))
    .filter((line) => /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /.test(line));
  return { text, spun };
}

export async function startOnTerminal(args: readonly string[], options: TerminalOptions): Promise<Terminal> {
  const { cwd, env, columns = 80, stdout } = options;
  const shell = stdout === undefined ? [] : ['sh', '-c', 'exec "$@" >"$0"', stdout];
  const words = [driver, String(columns), '24', ...shell, process.execPath, program, ...args];
  const clean = cleanEnvironment(await homeFolder());
  const child = spawn('python3', words, {
    cwd,
    // A terminal of CI is one all the same.
    env: { ...clean, CI: undefined, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  const looks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (shown: string) => {
    raw += shown;
    for (const look of looks) look();
  });
  const done = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return {
    get raw() {
      return raw;
    },
    get text() {
      return screen(raw).text;
    },
    get spun() {
      return screen(raw).spun;
    },
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!screen(raw).text.includes(text)) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
        done.then(() => reject(new Error(`ended without "${text}":\n${screen(raw).text}`)), reject);
      }),
    type: (keys) => void child.stdin.write(keys),
    done,
  };
}
