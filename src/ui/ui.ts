// The interface through which commands talk to the user. Answers go to stdout, everything else to stderr.
import type { Next } from '../errors/next.ts';
import type { Author } from '../secrets/secrets.ts';

export interface Ui {
  /** Answers are one JSON document. */
  readonly json: boolean;
  /** A person is at a terminal: spinners and questions make sense. */
  readonly interactive: boolean;
  readonly style: Style;
  /** Characters in a line of the terminal that shows the answer; undefined: it is not a terminal. */
  readonly width: number | undefined;
  /** The global options that say where the user's commands run, as they are typed. */
  readonly place: string;
  /** The answer is a stream. */
  readonly streaming: boolean;
  /** Prints a part of the answer to stdout and adds a newline; does nothing in JSON mode. */
  print(text: string): void;
  /** Writes the response of a function to stdout as it is, without its secrets. */
  write(text: string): void;
  /** Makes the answer a stream: from now on each value is a JSON line. The reader may stop early. */
  stream(): void;
  /** In JSON mode adds to the answer, which `finish` prints, or prints a line of a stream. Nothing in text mode. */
  answer(value: object, author?: Author): void;
  /** The target of the run: part of the JSON document, and of every line of a stream. */
  goesTo(target: { account: string; region: string; stage?: string; endpoint?: string }): void;
  /** Prints the JSON document, if there is an answer. Called once, when the command has ended. */
  finish(): void;
  /** Progress on stderr; nothing with --quiet. */
  note(text: string, author?: Author): void;
  /**
   * Output that the user asked for besides the answer (logs, commands of --explain), or the subject of a question. It
   * goes to stderr, even with --quiet.
   */
  aside(text: string, author?: Author): void;
  /** A note that says what to do or type next. */
  next(next: Next): void;
  warn(text: string): void;
  /** Why the command failed. It goes to stderr, even with --quiet. */
  error(text: string): void;
  /**
   * Runs one step, shown as a spinner (terminal) or a plain line (pipe). A report with a share (0 to 1) is shown as a
   * progress bar, and in a pipe as a line for each tenth.
   */
  step<T>(title: string, run: (report: (text: string, share?: number) => void) => Promise<T>): Promise<T>;
  /** Shows on a terminal that the command waits; nothing in a pipe. The returned function removes the line. */
  waiting(text: string): Promise<() => void>;
  /** Asks yes or no. Without a terminal it rejects with a UserError that tells the user to pass --yes. */
  confirm(question: string): Promise<boolean>;
  /**
   * Asks for a text; an empty answer gives `fallback`, which is shown unless it is empty. Running steps are not shown
   * meanwhile. Call it only when `interactive`.
   */
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
