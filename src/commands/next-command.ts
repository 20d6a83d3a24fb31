// What to type next, for the same place that the user means now.
import type { Context } from '../context.ts';

/** `slsctl WORDS`, with the global options that the user gave and that say where. */
export function nextCommand({ options, env }: Pick<Context, 'options' | 'env'>, words: string): string {
  const flags = [
    options.local && !env.SLSCTL_LOCAL && '--local',
    options.config && `--config ${options.config}`,
    options.stage && `--stage ${options.stage}`,
    options.region && `--region ${options.region}`,
    options.profile && `--profile ${options.profile}`,
    options.endpointUrl && `--endpoint-url ${options.endpointUrl}`,
  ];
  return ['slsctl', words, ...flags.filter(Boolean)].join(' ');
}
