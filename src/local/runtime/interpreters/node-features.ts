// Features that Lambda switches off in its Node.js, so that a function does here what it does there.

/** Options that switch off a feature which Node.js has on. */
export const switches = ['--no-experimental-require-module', '--no-experimental-detect-module'] as const;

/** Those that this Node.js knows. */
export function knownSwitches(): string[] {
  return switches.filter((one) => process.allowedNodeEnvironmentFlags.has(one));
}

/**
 * Options for the program. `nodeOptions` are the function's own: what they switch on, stays on.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-experimental-features
 */
export function switchedOff(
  runtime: string,
  known: readonly string[],
  nodeOptions: string | undefined,
): string[] {
  const version = Number(/^nodejs(\d+)/.exec(runtime)?.[1]);
  const [requireModule, detectModule] = switches;
  // Node.js 18 and older have neither.
  const off = version > 22 ? [] : version === 20 ? [requireModule] : [requireModule, detectModule];
  const wished = nodeOptions?.split(/\s+/) ?? [];
  return off.filter((one) => known.includes(one) && !wished.includes(one.replace('--no-', '--')));
}
