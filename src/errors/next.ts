// What to do or type next, as data: whoever makes an error need not know where the user's commands go.

/** A command of slsctl that is about the user's project. It is shown with the global options that say where. */
export interface NextCommand {
  /** As it is typed after `slsctl`: `deploy --adopt`. */
  readonly command: string;
  /** What it is for; shown after the command and a colon. */
  readonly why?: string;
}

export type NextPart = string | NextCommand;

/**
 * Advice in words, commands of other programs and commands that need no project (`slsctl local start`) among them; a
 * command of slsctl; or both, in the order in which they are read: `[{ command: 'plan' }, ', then deploy again']`.
 */
export type Next = NextPart | readonly NextPart[];
