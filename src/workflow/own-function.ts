// Finds the live function of an entry in slsctl.yml, and checks that the project owns it.
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import type { Elsewhere } from '../engine/resource.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { FunctionResource } from '../resources/function/function-resource.ts';
import { ownerOf } from '../resources/owned/ownership.ts';
import { takeOver } from './owners/obstacles.ts';

/** Rejects with a UserError (exit 1) when it is not deployed, or has another owner. `elsewhere`: as of a Resource. */
export async function ownFunction(
  context: Context,
  key: string,
): Promise<{ name: string; configuration: FunctionConfiguration; elsewhere?: Elsewhere }> {
  const project = await context.project();
  const { name } = selectFunction(project, key);
  const resource = new FunctionResource(await context.aws(), { name, owner: ownerOf(project) });
  const live = await resource.read();
  if (!live) throw notDeployed(name);
  const foreign = resource.foreign(live);
  if (foreign === undefined) {
    return { name, configuration: live.configuration, elsewhere: resource.createdElsewhere(live) };
  }
  throw new UserError(`function ${name}: ${foreign}`, exitCodes.failed, {
    reason: 'it is live already; nothing was changed',
    next: takeOver([{ resource, live, action: 'foreign', changes: [], notes: [] }], `deploy ${key}`),
  });
}

export function notDeployed(name: string): UserError {
  return new UserError(`function ${name} is not deployed`, exitCodes.failed, {
    next: { command: 'deploy' },
  });
}
