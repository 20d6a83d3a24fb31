// Finds the resources of the role that slsctl creates for a function.
import type { FunctionConfig } from '../../config/project.ts';
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import type { PoliciesResource } from '../../resources/role/policies.ts';
import type { RoleResource } from '../../resources/role/role.ts';
import { stack } from '../../resources/stack.ts';

export interface RoleArgs {
  function?: string;
}

/** Rejects with a UserError (exit 2) when slsctl.yml names a role for the function. */
export async function ownRole(
  context: Context,
  args: RoleArgs,
): Promise<{ config: FunctionConfig; role: RoleResource; policies: PoliciesResource }> {
  const { key } = selectFunction(await context.project(), args.function);
  const project = await context.resolvedProject({ functions: [key] });
  const config = selectFunction(project, key);
  if (config.role) {
    throw new UserError(`the role of ${config.key} is not slsctl's: ${config.role}`, exitCodes.usage, {
      reason: 'role: in slsctl.yml names it, and slsctl leaves such roles alone',
      next: 'remove role: from slsctl.yml, and slsctl creates one',
    });
  }
  const { role, policies } = stack(project, await context.awsForProject(), { functions: [config] })
    .functions[0]!;
  return { config, role: role as RoleResource, policies: policies as PoliciesResource };
}
