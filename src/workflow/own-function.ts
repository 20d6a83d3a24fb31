// The live function behind a key of slsctl.yml, when it is there and the project's own.
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { stack } from '../resources/stack.ts';

/** Rejects with a UserError (exit 1) when it is not deployed, or somebody else's. */
export async function ownFunction(
  context: Context,
  key: string,
): Promise<{ name: string; configuration: FunctionConfiguration }> {
  const project = await context.project();
  const config = selectFunction(project, key);
  const made = stack(project, await context.aws(), { functions: [config], only: 'aliases' });
  const resource = made.functions[0]!.function;
  const live = await resource.read();
  if (!live) throw notDeployed(config.name);
  const foreign = resource.foreignReason;
  if (foreign === undefined) return { name: config.name, configuration: live.configuration };
  throw new UserError(`function ${config.name}: ${foreign}`, exitCodes.failed, {
    reason: 'it is live already; nothing was changed',
    next: ['take it over: ', { command: 'deploy --adopt' }],
  });
}

export function notDeployed(name: string): UserError {
  return new UserError(`function ${name} is not deployed`, exitCodes.failed, {
    next: { command: 'deploy' },
  });
}
