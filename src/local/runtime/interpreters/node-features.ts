// Features that Lambda switches off in its Node.js, so that a function behaves the same here.

/** Options that switch off a feature that is on by default in Node.js. */
export const switches = ['--no-experimental-require-module', '--no-experimental-detect-module'] as const;

/** The options that this Node.js knows. */
export function knownSwitches(): string[] {
  return switches.filter((one) => process.allowedNodeEnvironmentFlags.has(one));
}

/**
 * Options for the program. Features that the function's own `nodeOptions` switch on stay on.
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
