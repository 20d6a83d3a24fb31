// What the project owns and its config does not name any more, or a warning that it could not be looked for.
import type { Aws } from '../aws/aws.ts';
import type { Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import type { Resource } from '../engine/resource.ts';
import { describeError } from '../errors/describe-error.ts';
import { type Inventory, ownedBy } from '../resources/owned/inventory.ts';
import { dropped } from '../resources/owned/leftovers.ts';

/** `whole`: all of the project is to go. */
export async function undeclaredResources(
  context: Context,
  project: Project,
  aws: Aws,
  options?: { whole?: boolean },
): Promise<Resource[]> {
  const inventory = await ownedBy(aws, project.name);
  warnOfUnlisted(context, inventory, 'that slsctl.yml names no more');
  return dropped(project, aws, inventory.found, options);
}

/** Says what could not be looked for; a missing permission is no reason to do nothing. */
export function warnOfUnlisted({ ui }: Context, { unknown }: Inventory, which: string): void {
  for (const { what, error } of unknown) {
    ui.warn(`${what} ${which} were not looked for: ${describeError(error).message}`);
  }
}
