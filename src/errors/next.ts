// Advice of what to do or type next, as data. The user interface adds the options for stage, region and so on.

/** A command of slsctl for the user's project. It is shown with the global options that say where it runs. */
export interface NextCommand {
  /** As it is typed after `slsctl`: `deploy --adopt`. */
  readonly command: string;
  /** Its purpose; shown after the command and a colon. */
  readonly why?: string;
}

export type NextPart = string | NextCommand;

/**
 * Advice: a text, a command of slsctl, or a list of both in reading order: `[{ command: 'plan' }, ', then deploy
 * again']`. Commands of other programs, and slsctl commands that need no project (`slsctl local start`), are text.
 */
export type Next = NextPart | readonly NextPart[];
