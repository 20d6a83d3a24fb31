// Where the user's commands go: the global options that say it, for the commands that are named to type next.

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

/** Commands that go somewhere. */
const placed =
  /\bslsctl (alias|concurrency|deploy|destroy|env|invoke|layer|list|logs|package|plan|role|rollback|status|versions)\b/;

/** A hint, whose commands of slsctl go to the same place. What a command is for may stand behind it and `: `. */
export function atPlace(hint: string, place: string): string {
  if (!place || !placed.test(hint) || hint.includes(place)) return hint;
  const [, command, purpose = ''] = /^(slsctl (?:[^,;:]|:(?! ))*)(: .*)?$/.exec(hint) ?? [];
  return command ? `${command} ${place}${purpose}` : `${hint} (with ${place})`;
}
