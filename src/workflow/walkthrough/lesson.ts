// A lesson: steps that are shown and run one after the other, on an AWS of its own or on the user's.
import type { Aws } from '../../aws/aws.ts';

export interface Lesson {
  /** `Your first Lambda function, in nine steps`: a title, and what follows it. */
  readonly title: readonly [bold: string, rest: string];
  readonly notes: readonly string[];
  readonly steps: readonly Step[];
  /** The last line, after the seconds. */
  readonly closing: string;
  /** What the user may type next. */
  readonly next: string;
  /** The number of the first step that makes something on AWS. */
  readonly makes: number;
  /** The words that remove everything, after `slsctl`. */
  readonly destroy: readonly string[];
}

export interface Step {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** A command line of slsctl, or one of the `aws` CLI for what slsctl does not do. */
export interface Command {
  /** As the user types it. */
  shown(site: Site): string;
  /** What a user would type without slsctl; by default the calls that the command prints with --explain. */
  readonly replaces?: readonly string[];
  run(site: Site): Promise<Outcome>;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** stderr without the lines of --explain. */
  readonly messages: string;
  /** The lines of --explain. */
  readonly calls: readonly string[];
}

/** Where a lesson takes place. */
export interface Site {
  /** The folder of the project, absolute. */
  readonly project: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs slsctl in the folder, as a user would, with --explain. */
  run(args: readonly string[]): Promise<Outcome>;
  /** Clients of the AWS that the commands use. */
  aws(): Promise<Aws>;
}

/** A command line of slsctl. `before`: what an editor would do, before the command runs. */
export function slsctl(
  args: readonly string[],
  more: { replaces?: readonly string[]; before?: (site: Site) => Promise<void> } = {},
): Command {
  return {
    shown: () => `slsctl ${args.map(quoted).join(' ')}`,
    replaces: more.replaces,
    async run(site) {
      await more.before?.(site);
      return site.run(args);
    },
  };
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`;
}
