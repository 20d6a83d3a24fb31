// What commands may say to the user. Answers go to stdout, everything else to stderr.
import type { Next } from '../errors/next.ts';

export interface Ui {
  /** Answers are one JSON document. */
  readonly json: boolean;
  /** A person is at a terminal: spinners and questions make sense. */
  readonly interactive: boolean;
  readonly style: Style;
  /** The global options that say where the user's commands go, as they are typed. */
  readonly place: string;
  /** The answer is a stream. */
  readonly streaming: boolean;
  /** A part of the answer, on stdout; a newline is added. Nothing in JSON mode. */
  print(text: string): void;
  /** Bytes of the answer as they are (function responses), on stdout. */
  write(text: string | Uint8Array): void;
  /** From now on the answer is a stream: a JSON line for each value, and nobody needs it whole. */
  stream(): void;
  /** The whole answer in JSON mode, or a line of a stream; nothing in text mode. */
  answer(value: unknown): void;
  /** Progress on stderr; nothing with --quiet. */
  note(text: string): void;
  /**
   * What was asked for beside the answer (logs, commands of --explain) or what a question is about, on stderr;
   * not even --quiet silences it.
   */
  aside(text: string): void;
  /** What to do or type next, as a note. */
  next(next: Next): void;
  warn(text: string): void;
  /** Why the command failed, on stderr; not even --quiet silences it. */
  error(text: string): void;
  /**
   * Runs one step behind a spinner (terminal) or a plain line (pipe). With a share (0 to 1) the report is a
   * progress bar, and in a pipe a line for each tenth.
   */
  step<T>(title: string, run: (report: (text: string, share?: number) => void) => Promise<T>): Promise<T>;
  /** Asks yes or no; without a terminal rejects with a UserError that says to pass --yes. */
  confirm(question: string): Promise<boolean>;
  /** A free answer or one of a list; only when interactive. */
  ask(question: string, fallback: string): Promise<string>;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}
