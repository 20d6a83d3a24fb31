// Finds resources that the project owns but slsctl.yml no longer declares. Warns if they cannot be listed.
import type { Aws } from '../aws/aws.ts';
import type { Project } from '../config/project.ts';
import type { Resource } from '../engine/resource.ts';
import { statementAdvice } from '../errors/aws/access-denied.ts';
import { describeError } from '../errors/describe-error.ts';
import { type Inventory, ownedBy } from '../resources/owned/inventory.ts';
import { undeclaredAmong } from '../resources/owned/leftovers.ts';
import { ownerOf } from '../resources/owned/ownership.ts';
import { withTriggers } from '../resources/triggers/former.ts';

export interface UndeclaredOptions {
  warn(text: string): void;
  /** Find all resources of the project, in order to remove it. */
  whole?: boolean;
  /** Things go with their data. */
  deleteData?: boolean;
  /** Parts of declared functions that the same run removes. They go first. */
  former?: Promise<readonly Resource[]>;
}

export async function undeclaredResources(
  project: Project,
  aws: Aws,
  { warn, whole, deleteData, former }: UndeclaredOptions,
): Promise<Resource[]> {
  const [inventory, parts] = await Promise.all([ownedBy(aws, project.name), former]);
  warnOfUnlisted(warn, inventory, 'that slsctl.yml no longer names');
  const resources = undeclaredAmong(project, aws, inventory.found, { whole, deleteData, former: parts });
  return withTriggers(aws, resources, ownerOf(project));
}

/** Warns about kinds of resources that could not be listed. A missing permission must not stop the command. */
export function warnOfUnlisted(warn: (text: string) => void, { unknown }: Inventory, which: string): void {
  const warnings = unknown.map(
    ({ what, error }) => `${what} ${which} were not looked for: ${withStatement(error)}`,
  );
  for (const warning of new Set(warnings)) warn(warning);
}

/** The same, for a command that only lists. Throws when nothing could be listed: that is not the same as nothing found. */
export function listedOrWarned<I extends Inventory>(warn: (text: string) => void, inventory: I): I {
  if (inventory.listed === 0) throw inventory.unknown[0]?.error;
  warnOfUnlisted(warn, inventory, 'that slsctl created');
  return inventory;
}

/** The message of an error, with the policy statement that would allow the call. */
export function withStatement(error: unknown): string {
  const { message, next } = describeError(error, { alone: true });
  return typeof next === 'string' && next.startsWith(statementAdvice) ? `${message}; ${next}` : message;
}
