// Turns the config of a project into its resources on AWS, each with its dependencies.
import type { Aws } from '../aws/aws.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { layersOf } from '../config/select.ts';
import type { Owner, Resource } from '../engine/resource.ts';
import { badInput } from '../errors/user-error.ts';
import type { Package } from '../packaging/package.ts';
import { hasAliases, hasFollowers } from './attachments/aliases.ts';
import { attachmentResources, trafficAliases } from './attachments/attachments.ts';
import type { Site } from './attachments/kind.ts';
import { CodeUploads } from './code/location.ts';
import { DeclaredFunction } from './function/function.ts';
import {
  type DependencyLayers,
  functionsWithLayers,
  isDependencyLayer,
  withDependencyLayers,
} from './layer/dependency-layers.ts';
import type { DeclaredLayer } from './layer/layer.ts';
import { layerResources } from './layer/layers.ts';
import { DeclaredLogGroup } from './log-group/log-group.ts';
import { logGroupName, roleName } from './names.ts';
import type { Adoption } from './owned/adoption.ts';
import { aliasMark, ownerOf, tagsOf, trafficMarks, triggerMarks } from './owned/ownership.ts';
import { checksPermissions, roleNeeds } from './role/needs.ts';
import { isNewRole } from './role/newness.ts';
import { DeclaredPolicies } from './role/policies.ts';
import { DeclaredRole, roleDescription, trustOf } from './role/role.ts';
import { type Scope, wholeScope } from './scope.ts';
import { LinkedEnvironment } from './things/environment.ts';
import { Things } from './things/things.ts';
import { triggerKinds } from './triggers/all.ts';
import { declaredKinds } from './triggers/entries.ts';

/** How long to retry while Lambda refuses a new role, in milliseconds. */
const newRoleBudget = 180_000;
/** The same for a role that these credentials may not read, so that nobody knows whether it is new. */
const unknownRoleBudget = 20_000;

/** Above this number, fewer requests matter more than reading in parallel. */
const manyFunctions = 10;

/** The packages of the functions and layers that take part. */
export interface StackPackages {
  /** By function name; the code of a function without a package is not compared. */
  packages?: ReadonlyMap<string, Package>;
  /** By layer key; the content of a layer without a package is not compared. */
  layerPackages?: ReadonlyMap<string, Package>;
  /** Generated dependency layers of functions; their content is in `layerPackages`. */
  dependencyLayers?: DependencyLayers;
}

export interface StackOptions extends StackPackages {
  /** The functions that take part; default: all. */
  functions?: readonly FunctionConfig[];
  /** The part of the functions; default: everything. */
  scope?: Scope;
  prune?: boolean;
  adopt?: Adoption;
  /** Sends the URIs of images whose tags cannot be compared. */
  resendsImages?: boolean;
  /** The share of an alias's requests (0 to 1) for the new version; the old version keeps the rest. */
  canary?: number;
  /** How long to retry while Lambda refuses a new role, in milliseconds; default: 3 minutes. */
  roleBudget?: number;
  /** Things that slsctl.yml no longer names, or all of a project that is removed, go with their data. */
  deleteData?: boolean;
}

/** The resources of one function. */
export interface FunctionStack {
  readonly config: FunctionConfig;
  readonly function: DeclaredFunction;
  /** Absent when the user supplies the role. */
  readonly role?: DeclaredRole;
  readonly policies?: DeclaredPolicies;
  /** The parts of the function that have their own API operations. */
  readonly attachments: readonly Resource[];
  /** Those of them that call the function. */
  readonly triggers: readonly Resource[];
  /** Finds attachments on AWS that slsctl created and slsctl.yml no longer declares. */
  leftBehind(): Promise<Resource[]>;
  /** Several functions may share a log group. */
  readonly logGroup?: DeclaredLogGroup;
}

export interface Stack {
  readonly functions: FunctionStack[];
  /** By key: the layers that the functions use; all layers, when all functions take part. */
  readonly layers: ReadonlyMap<string, DeclaredLayer>;
  /** What the project makes for itself, and what else slsctl.yml names. */
  readonly things: Things;
  /** All resources, each once. */
  readonly resources: Resource[];
  /** Finds attachments of these functions that are no longer declared. */
  leftBehind(): Promise<Resource[]>;
}

/** Makes no request. Throws a UserError (exit 2) when two functions contradict each other. */
export function stack(declared: Project, aws: Aws, options: StackOptions = {}): Stack {
  const scope = options.scope ?? wholeScope;
  const owner = ownerOf(declared);
  const project = withDependencyLayers(declared, options.dependencyLayers);
  const configs = functionsWithLayers(options.functions ?? declared.functions, options.dependencyLayers);
  const uploads = new CodeUploads(aws, owner, declared.bucket);
  const layers: ReadonlyMap<string, DeclaredLayer> = scope.layers
    ? layerResources(aws, {
        owner,
        layers: layersOf(project, configs),
        packages: options.layerPackages,
        uploads,
        adopt: options.adopt,
      })
    : new Map();
  const sparing = configs.length > manyFunctions;
  const things = new Things(declared, aws, options);
  const groups = scope.whole ? logGroups(project, configs, owner, aws, options) : new Map();
  const logGroup = (name: string) => groups.get(name)?.group;
  const common = { ...options, scope, uploads, sparing, things, logGroup, shared: sharedResources() };
  const parts = configs.map((config) => functionParts(config, owner, aws, common, layers));
  things.apis.own?.know(parts);
  things.knowFunctions((texts) =>
    parts.filter(({ config }) => isNamed(config.name, texts)).flatMap(callable),
  );
  for (const part of parts) groups.get(logGroupOf(part.config))?.writers.push(part.function);
  const some = configs.length < declared.functions.length || !scope.whole ? parts : undefined;
  const functions = parts.map((part) => ({ ...part, logGroup: logGroup(logGroupOf(part.config)) }));
  return {
    functions,
    layers,
    things,
    resources: [
      ...new Set([
        ...layers.values(),
        ...(scope.whole
          ? thingsOf(
              things.all.flatMap(({ own }) => [...own.parts, own.resource]),
              some,
            )
          : []),
        ...(scope.whole || scope.role ? thingsOf(things.apis.resources, some) : []),
        ...functions.flatMap((part) =>
          [part.role, part.policies, part.function, ...part.attachments].filter(isThere),
        ),
        ...[...groups.values()].map(({ group }) => group),
      ]),
    ],
    leftBehind: async () => {
      const ofApi = scope.whole || scope.role ? things.apis.own?.leftBehind() : undefined;
      const lists = await Promise.all([...functions.map((one) => one.leftBehind()), ofApi ?? []]);
      return lists.flat();
    },
  };
}

/** What the functions of a stack have in common. */
interface Common extends Pick<Site, 'things' | 'shared' | 'logGroup'> {
  scope: Scope;
  uploads: CodeUploads;
  sparing: boolean;
}

/** Whether one of the texts is the name of the function, or its ARN with or without a qualifier. */
function isNamed(name: string, texts: readonly string[]): boolean {
  return texts.some(
    (text) => text === name || text.endsWith(`:function:${name}`) || text.includes(`:function:${name}:`),
  );
}

/** What must be there before a state machine calls the function. */
function callable(part: Pick<FunctionStack, 'function' | 'attachments'>): Resource[] {
  return [part.function, ...part.attachments.filter(({ kind }) => kind === 'alias')];
}

/** Makes what several functions share once, by its key. */
function sharedResources(): Site['shared'] {
  const made = new Map<string, object>();
  return <Shared extends object>(key: string, make: () => Shared): Shared => {
    const known = made.get(key) as Shared | undefined;
    if (known) return known;
    const one = make();
    made.set(key, one);
    return one;
  };
}

function functionParts(
  config: FunctionConfig,
  owner: Owner,
  aws: Aws,
  options: StackOptions & Common,
  layers: ReadonlyMap<string, DeclaredLayer>,
): Omit<FunctionStack, 'logGroup'> {
  const { adopt, prune, scope, canary } = options;
  const { removals, attachments: declared } = scope.narrow(config);
  const tags = {
    ...tagsOf(owner, config.tags),
    ...aliasMark(hasAliases(config)),
    ...triggerMarks(declaredKinds(config.attachments)),
    ...authorizerMark(config, options.things),
  };
  const role = !(scope.whole || scope.role) || config.role ? undefined : roleOf(config, owner, aws, adopt);
  const { things } = options;
  const granted = permissions(config, aws.region, things);
  const environment = new LinkedEnvironment(config, things);
  const exact = config.removals?.policies;
  const { sparing } = options;
  const stay = !scope.compares('CodeSha256');
  const policies = role && new DeclaredPolicies(aws, role, { ...granted, exact, prune, sparing });
  const waits = policies && checksPermissions(config) ? [role, policies] : role ? [role] : [];
  const newness = async (arn: string | undefined) => {
    const budget = options.roleBudget ?? newRoleBudget;
    if (role?.isNew || policies?.isNew) return budget;
    const isNew = !role && arn !== undefined && (await isNewRole(aws, arn));
    return isNew === 'unknown' ? Math.min(budget, unknownRoleBudget) : isNew ? budget : 0;
  };
  const host = new DeclaredFunction(aws, {
    name: config.name,
    settings: config.settings,
    removals,
    image: config.image,
    resendsImage: options.resendsImages,
    codeSigningConfigArn: config.attachments?.codeSigningConfigArn ?? undefined,
    owner,
    tags,
    marks: trafficMarks(trafficAliases(config, things)),
    role: {
      arn: () => config.role ?? role?.arn,
      newness,
      given: config.role !== undefined,
    },
    layerArn: (key) => layers.get(key)?.arn,
    detaches: detachedFrom(config, owner, options),
    needs: [...waits, ...layersNamed(config, layers), ...environment.needs],
    environment,
    zip: options.packages?.get(config.name),
    uploads: options.uploads,
    scope,
    prune,
    adopt,
    publishes: hasFollowers(config) && !stay,
  });
  const site = {
    ...{ aws, host, config, owner, things, prune, canary, stay, sparing },
    ...{ shared: options.shared, logGroup: options.logGroup },
    role: {
      needs: [role, policies].filter(isThere),
      newness: () => newness(host.configuration?.Role),
      given: config.role !== undefined,
    },
  };
  const attachments = attachmentResources(declared ?? {}, site, scope.attachments);
  return {
    config,
    function: host,
    role,
    policies,
    attachments: attachments.resources,
    triggers: attachments.triggers,
    leftBehind: async () => (scope.whole || scope.role ? attachments.leftBehind() : []),
  };
}

/** Detaches the dependency layer from a function whose dependencies are in its package again. */
function detachedFrom({ name }: FunctionConfig, owner: Owner, { scope, dependencyLayers }: StackOptions) {
  if (!scope?.whole || !dependencyLayers || dependencyLayers.has(name)) return undefined;
  return (arn: string) => isDependencyLayer(arn, owner);
}

function layersNamed({ settings }: FunctionConfig, layers: ReadonlyMap<string, DeclaredLayer>): Resource[] {
  return (settings.Layers ?? []).map((key) => layers.get(key)).filter(isThere);
}

/** All of what the project makes; when only some functions take part, the part that they need. */
function thingsOf(
  all: readonly Resource[],
  some: readonly Pick<FunctionStack, 'function' | 'attachments'>[] | undefined,
): readonly Resource[] {
  if (!some) return all;
  const needed = new Set<Resource>();
  const add = (resource: Resource) => {
    if (needed.has(resource)) return;
    needed.add(resource);
    for (const one of resource.needs) add(one);
  };
  for (const part of some) for (const one of [part.function, ...part.attachments]) add(one);
  return all.filter((resource) => needed.has(resource));
}

/** A function that is an authorizer has statements of the kind `http`, as functions with routes have. */
function authorizerMark({ name }: FunctionConfig, { apis }: Things): Record<string, string> {
  return triggerMarks(apis.own?.authorizerClaims(name).length ? ['http'] : []);
}

/** The role that slsctl creates for the function. */
function roleOf(config: FunctionConfig, owner: Owner, aws: Aws, adopt?: Adoption): DeclaredRole {
  return new DeclaredRole(aws, {
    name: roleName(config.name, aws.region),
    description: roleDescription(config.name, aws.region, owner),
    trust: trustOf(
      declaredKinds(config.attachments).flatMap((kind) => triggerKinds[kind].rolePrincipal ?? []),
    ),
    permissionsBoundary: config.removals?.permissionsBoundary ? null : config.permissionsBoundary,
    tags: tagsOf(owner, config.tags),
    leavingTags: config.removals?.tags,
    owner,
    adopt,
  });
}

/** The permissions of the function: those its settings need, and the declared ones. */
function permissions(
  config: FunctionConfig,
  region: string,
  things: Things,
): { attached: string[]; statements: unknown[] } {
  const { attached, statements } = roleNeeds(config, region, things);
  return {
    attached: [...new Set([...attached, ...config.policies])],
    statements: [...config.statements, ...statements],
  };
}

function logGroupOf({ settings, name }: FunctionConfig): string {
  return logGroupName(name, settings);
}

/** A log group, and the functions that write into it, as far as they are made. */
interface Written {
  readonly group: DeclaredLogGroup;
  readonly writers: DeclaredFunction[];
}

function logGroups(
  project: Project,
  configs: readonly FunctionConfig[],
  owner: Owner,
  aws: Aws,
  { adopt }: StackOptions,
): Map<string, Written> {
  const groups = new Map<string, Written>();
  for (const config of configs) {
    const name = logGroupOf(config);
    if (groups.has(name)) continue;
    // Compare all functions of the project, not only those that take part.
    const sharing = project.functions.filter((other) => logGroupOf(other) === name);
    const odd = sharing.find((other) => other.logRetentionInDays !== config.logRetentionInDays);
    if (odd) {
      throw badInput(
        `functions ${config.key} and ${odd.key} share the log group ${name} but not its retention: ` +
          `${config.logRetentionInDays ?? 'for ever'} and ${odd.logRetentionInDays ?? 'for ever'}`,
      );
    }
    const writers: DeclaredFunction[] = [];
    const shared = sharing.length > 1;
    const tags = tagsOf(owner, shared ? {} : config.tags);
    const leavingTags = shared ? [] : config.removals?.tags;
    const retentionInDays = config.logRetentionInDays;
    const settings = { name, retentionInDays, tags, leavingTags, owner, adopt, writers };
    groups.set(name, { group: new DeclaredLogGroup(aws, settings), writers });
  }
  return groups;
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
