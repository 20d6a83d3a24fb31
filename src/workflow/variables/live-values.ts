// Reads the live environment of a function whose answers or logs are shown, so that its secrets are not.
import { setTimeout as sleep } from 'node:timers/promises';
import { GetFunctionConfigurationCommand, paginateListVersionsByFunction } from '@aws-sdk/client-lambda';
import type { FunctionConfig } from '../../config/project.ts';
import type { Context } from '../../context.ts';

/** Milliseconds. An answer that is there waits no longer for a call that has no other purpose. */
const patience = 5000;

/**
 * Resolves when the values are known: reading them adds them to the secrets of the run. Only secrets that slsctl.yml
 * takes from AWS need the call; the others stand in the file. `what`: a version, or every version, since the logs are
 * those of all. Never rejects.
 */
export async function knowLiveValues(
  context: Context,
  { key, name: FunctionName }: FunctionConfig,
  what: { qualifier?: string } | 'every version',
): Promise<void> {
  if (context.secrets.shown) return;
  const { references } = await context.project();
  const isSecret = references.some(
    ({ expression, path }) =>
      /^(ssm|secret):/.test(expression) && path.at(-2) === 'environment' && isOf(path, key),
  );
  if (!isSecret) return;
  const read = async () => {
    const { lambda } = await context.aws();
    if (what === 'every version') {
      for await (const _ of paginateListVersionsByFunction({ client: lambda }, { FunctionName })) {
        // The middleware has noted the values.
      }
    } else {
      await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: what.qualifier }));
    }
  };
  const late = new AbortController();
  await Promise.race([
    read().catch(() => {}),
    sleep(patience, undefined, { signal: late.signal, ref: false }).catch(() => {}),
  ]);
  late.abort();
}

/** Whether a variable at this path is one of the function: its own, or of the defaults. */
function isOf(path: readonly PropertyKey[], key: string): boolean {
  const [section, name] = path[0] === 'stages' ? path.slice(2) : path;
  return section === 'defaults' || name === key;
}
