/** `root` ends with a slash. */
export function constantsOf(root: string): Promise<Record<'SLSCTL_VERSION' | 'SLSCTL_CHECKS', string>>;
