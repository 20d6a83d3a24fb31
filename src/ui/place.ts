// The global options that say where a command runs (stage, region, local AWS), repeated in commands to type next.

export interface Place {
  local?: boolean;
  config?: string;
  stage?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
}

/** The options as they are typed; empty: none. `--local` is left out when the shell has `SLSCTL_LOCAL=1`. */
export function placeFlags(options: Place, env: NodeJS.ProcessEnv): string {
  const localByEnv = env.SLSCTL_LOCAL === '1' || env.SLSCTL_LOCAL === 'true';
  return [
    options.local && !localByEnv && '--local',
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
