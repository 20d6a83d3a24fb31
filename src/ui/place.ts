// Where the user's commands go: the global options that say it, for commands to type next.

export interface Place {
  local?: boolean;
  config?: string;
  stage?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
}

/** The options as they are typed; what the shell says itself (`SLSCTL_LOCAL=1`) is left out. Empty: none. */
export function placeFlags(options: Place, env: NodeJS.ProcessEnv): string {
  const said = env.SLSCTL_LOCAL === '1' || env.SLSCTL_LOCAL === 'true';
  return [
    options.local && !said && '--local',
    flag('--config', options.config),
    flag('--stage', options.stage),
    flag('--region', options.region),
    flag('--profile', options.profile),
    flag('--endpoint-url', options.endpointUrl),
  ]
    .filter(Boolean)
    .join(' ');
}

function flag(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return `${name} ${/[^\w./:@=,~\\-]/.test(value) ? `"${value}"` : value}`;
}
