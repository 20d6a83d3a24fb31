// What a project made and its config does not name any more: found by its marks, fit for removal only.
import type { Aws } from '../../aws/aws.ts';
import type { Project } from '../../config/project.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import { FunctionResource } from '../function/function-resource.ts';
import { roleNameOf } from '../function/live-functions.ts';
import { LayerResource } from '../layer/layer.ts';
import { LogGroupResource } from '../log-group/log-group.ts';
import { logGroupName, roleName } from '../names.ts';
import { PoliciesResource } from '../role/policies.ts';
import { RoleResource } from '../role/role.ts';
import { stack } from '../stack.ts';
import type { Owned } from './inventory.ts';
import { ownerOf } from './ownership.ts';

/**
 * What of the `found` things is of this project and stage, and not among what the config declares. Made of
 * their names: reading says whether they are there, and whose they are. `whole`: all of the project goes, and
 * with it the roles that slsctl made for one function and that `role:` gives to another.
 */
export function dropped(
  project: Project,
  aws: Aws,
  found: readonly Owned[],
  { whole }: { whole?: boolean } = {},
): Resource[] {
  const owner = ownerOf(project);
  const mine = found.filter(
    ({ stage, region }) => stage === owner.stage && (region === undefined || region === aws.region),
  );
  const before = stack(project, aws).functions.map((one) => one.function);
  const known = whole ? new Set(madeThings(project, aws)) : declaredThings(project, aws);
  return resourcesOf(mine, { aws, owner, known, before });
}

/** `kind name` of everything that the config names. */
export function declaredThings(project: Project, aws: Aws): Set<string> {
  // One of the project's own roles may be named as if it were another's.
  return new Set([...madeThings(project, aws), ...lentRoles(project)]);
}

/** The same without the roles that `role:` names. */
function madeThings(project: Project, aws: Aws): string[] {
  return stack(project, aws).resources.map(({ kind, name }) => `${kind} ${name}`);
}

function lentRoles({ functions }: Project): string[] {
  return functions.flatMap(({ role }) => (role ? `role ${roleNameOf(role)}` : []));
}

export interface OwnedOptions {
  aws: Aws;
  owner: Owner;
  /** `kind name` of what is left out. */
  known?: ReadonlySet<string>;
  /** What may use these things until it is changed. */
  before?: readonly Resource[];
}

/** What one project and stage owns, as resources to be removed; with a function goes what is named after it. */
export function resourcesOf(
  owned: readonly Owned[],
  { aws, owner, known = new Set(), before = [] }: OwnedOptions,
): Resource[] {
  const names = (kind: Owned['kind'], more: readonly string[] = []) =>
    [...new Set([...owned.filter((one) => one.kind === kind).map(({ name }) => name), ...more])].filter(
      (name) => !known.has(`${kind} ${name}`),
    );
  const functions = names(
    'function',
    owned.flatMap((one) => one.function ?? []),
  );
  const removed = functions.map((name) => new FunctionResource(aws, { name, owner }));
  const outlives = [...removed, ...before];
  const roles = names(
    'role',
    functions.map((name) => roleName(name, aws.region)),
  ).flatMap((name) => {
    const role = new RoleResource(aws, { name, owner, outlives });
    return [role, new PoliciesResource(aws, role, outlives)];
  });
  const groups = names(
    'log group',
    functions.map((name) => logGroupName(name)),
  ).map((name) => new LogGroupResource(aws, { name, owner, outlives }));
  const layers = names('layer').map((name) => new LayerResource(aws, { name, owner, outlives }));
  return [...layers, ...roles, ...removed, ...groups];
}
