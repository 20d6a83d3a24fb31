// Finds resources that the project owns but slsctl.yml no longer declares. Warns if they cannot be listed.
import type { Aws } from '../aws/aws.ts';
import type { Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import type { Resource } from '../engine/resource.ts';
import { describeError } from '../errors/describe-error.ts';
import { type Inventory, ownedBy } from '../resources/owned/inventory.ts';
import { undeclaredAmong } from '../resources/owned/leftovers.ts';

/** `whole`: find all resources of the project, in order to remove it. */
export async function undeclaredResources(
  context: Context,
  project: Project,
  aws: Aws,
  options?: { whole?: boolean },
): Promise<Resource[]> {
  const inventory = await ownedBy(aws, project.name);
  // The target is the first line, so warnings come after it.
  await context.target();
  warnOfUnlisted(context, inventory, 'that slsctl.yml no longer names');
  return undeclaredAmong(project, aws, inventory.found, options);
}

/** Warns about kinds of resources that could not be listed. A missing permission must not stop the command. */
export function warnOfUnlisted({ ui }: Context, { unknown }: Inventory, which: string): void {
  const warnings = unknown.map(
    ({ what, error }) => `${what} ${which} were not looked for: ${describeError(error).message}`,
  );
  for (const warning of new Set(warnings)) ui.warn(warning);
}
