// The global options that say where a command runs (stage, region, local AWS), repeated in commands to type next.

import { meaningOf } from '../yes-or-no.ts';

export interface Place {
  local?: boolean;
  config?: string;
  stage?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
}

/** The options as they are typed; empty: none. Those that the shell sets anyway (`SLSCTL_LOCAL`, `SLSCTL_STAGE`) are left out. */
export function placeFlags(options: Place, env: NodeJS.ProcessEnv): string {
  return [
    options.local && !meaningOf(env.SLSCTL_LOCAL) && '--local',
    flag('--config', options.config),
    options.stage !== env.SLSCTL_STAGE && flag('--stage', options.stage),
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
