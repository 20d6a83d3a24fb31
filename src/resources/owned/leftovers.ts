// The undeclared resources of a project: found by their marks, and good for removal only.
import type { Aws } from '../../aws/aws.ts';
import type { Project } from '../../config/project.ts';
import { thingKinds } from '../../config/things/kinds.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import { DomainResource } from '../apis/domain.ts';
import { HttpApiResource } from '../apis/http-api.ts';
import { FunctionResource } from '../function/function-resource.ts';
import { roleNameOf } from '../function/live-functions.ts';
import { LayerResource } from '../layer/layer.ts';
import { LogGroupResource } from '../log-group/log-group.ts';
import { logGroupName, roleName } from '../names.ts';
import { PoliciesResource } from '../role/policies.ts';
import { RoleResource } from '../role/role.ts';
import { stack } from '../stack.ts';
import { undeclaredThing } from '../things/undeclared.ts';
import type { Owned } from './inventory.ts';
import { ownerOf } from './ownership.ts';

/**
 * The resources in `found` that belong to this project and stage but are not declared. They know only their
 * names: a read says whether they exist, and who owns them. `whole`: the whole project is removed, including
 * roles that slsctl created for one function and that `role:` gives to another. `former`: parts of declared functions
 * that are removed, too: a trigger goes before its source.
 */
export function undeclaredAmong(
  project: Project,
  aws: Aws,
  found: readonly Owned[],
  {
    whole,
    deleteData,
    former = [],
  }: { whole?: boolean; deleteData?: boolean; former?: readonly Resource[] } = {},
): Resource[] {
  const owner = ownerOf(project);
  const mine = found.filter(
    ({ stage, region }) => stage === owner.stage && (region === undefined || region === aws.region),
  );
  const before = [...stack(project, aws).functions.map((one) => one.function), ...former];
  const known = whole ? new Set(stackNames(project, aws)) : declaredNames(project, aws);
  return resourcesOf(mine, { aws, owner, known, before, deleteData });
}

/** `kind name` of every resource that the config names. */
export function declaredNames(project: Project, aws: Aws): Set<string> {
  // `role:` may name a role that slsctl created for another function of the project.
  return new Set([...stackNames(project, aws), ...namedRoles(project)]);
}

/** The same, without the roles that `role:` names. */
function stackNames(project: Project, aws: Aws): string[] {
  return stack(project, aws).resources.map(({ kind, name }) => `${kind} ${name}`);
}

function namedRoles({ functions }: Project): string[] {
  return functions.flatMap(({ role }) => (role ? `role ${roleNameOf(role)}` : []));
}

export interface OwnedOptions {
  aws: Aws;
  owner: Owner;
  /** `kind name` of the resources to leave out. */
  known?: ReadonlySet<string>;
  /** Resources that may use these until they are changed; they change first. */
  before?: readonly Resource[];
  /** Things are removed with their data. */
  deleteData?: boolean;
}

/** The resources to remove for one project and stage, including the role and log group named after each function. */
export function resourcesOf(
  owned: readonly Owned[],
  { aws, owner, known = new Set(), before = [], deleteData }: OwnedOptions,
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

  const domains = names('domain name').map(
    (name) => new DomainResource(aws, { name, owner, outlives: before }),
  );
  // An API goes after the domain names that lead to it.
  const apis = names('HTTP API').map(
    (name) => new HttpApiResource(aws, { name, owner, outlives: [...before, ...domains] }),
  );
  const things = thingKinds.flatMap((kind) =>
    names(kind).map((name) => undeclaredThing(kind, aws, { name, owner, outlives, deleteData })),
  );
  return [...layers, ...roles, ...removed, ...groups, ...domains, ...apis, ...things];
}
