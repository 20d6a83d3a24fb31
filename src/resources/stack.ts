// What a project consists of on AWS: its config, as resources that know what they need.
import type { Aws } from '../aws/aws.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import type { Owner, Resource } from '../engine/resource.ts';
import { badInput } from '../errors/user-error.ts';
import type { Package } from '../packaging/package.ts';
import { hasAliases, hasFollowers } from './attachments/aliases.ts';
import { attachmentResources, attachmentsLeftBehind } from './attachments/attachments.ts';
import { CodeUploads } from './code/location.ts';
import { DeclaredFunction } from './function/function.ts';
import {
  type DependencyLayers,
  functionsWithLayers,
  isDependencyLayer,
  withDependencyLayers,
} from './layer/dependency-layers.ts';
import type { DeclaredLayer } from './layer/layer.ts';
import { layerResources, layersOf } from './layer/layers.ts';
import { DeclaredLogGroup } from './log-group/log-group.ts';
import { logGroupName, roleName } from './names.ts';
import { aliasMark, ownerOf, tagsOf } from './owned/ownership.ts';
import { checksPermissions, roleNeeds } from './role/needs.ts';
import { DeclaredPolicies } from './role/policies.ts';
import { DeclaredRole, roleDescription } from './role/role.ts';
import { type Scope, wholeScope } from './scope.ts';

/** Milliseconds. */
const newRoleBudget = 180_000;
const givenRoleBudget = 20_000;

/** From here on the number of requests counts more than how many wait for one another. */
const manyFunctions = 10;

/** The code of what takes part. */
export interface StackPackages {
  /** By function name; without one the code is not compared. */
  packages?: ReadonlyMap<string, Package>;
  /** Of the project's layers, by key; without one the content is not compared. */
  layerPackages?: ReadonlyMap<string, Package>;
  /** Layers that functions have beside those that they name; their content is in `layerPackages`. */
  dependencyLayers?: DependencyLayers;
}

export interface StackOptions extends StackPackages {
  /** The functions that are meant; default: all. */
  functions?: readonly FunctionConfig[];
  /** What of them; default: all. */
  scope?: Scope;
  prune?: boolean;
  adopt?: boolean;
  /** What an alias is given of a new version at first (0 to 1), while the rest stays where it is. */
  canary?: number;
  /** Milliseconds for which Lambda may refuse a role that slsctl made; default 3 minutes. */
  roleBudget?: number;
}

/** The resources of one function. */
export interface FunctionStack {
  readonly config: FunctionConfig;
  readonly function: DeclaredFunction;
  /** Absent when the user supplies the role. */
  readonly role?: DeclaredRole;
  readonly policies?: DeclaredPolicies;
  /** The parts of the function with operations of their own. */
  readonly attachments: readonly Resource[];
  /** Those that slsctl made, and slsctl.yml no longer names: found on AWS. */
  leftBehind(): Promise<Resource[]>;
  /** Several functions may share one. */
  readonly logGroup?: DeclaredLogGroup;
}

export interface Stack {
  readonly functions: FunctionStack[];
  /** By key: those that the functions name, or all with all functions. */
  readonly layers: ReadonlyMap<string, DeclaredLayer>;
  /** All of them, each once. */
  readonly resources: Resource[];
  /** What the functions have left behind. */
  leftBehind(): Promise<Resource[]>;
}

/** Makes no call. Throws a UserError (exit 2) where two functions contradict each other. */
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
  const parts = configs.map((config) =>
    functionParts(config, owner, aws, { ...options, scope, uploads, sparing }, layers),
  );
  const groups = !scope.whole ? new Map() : logGroups(project, parts, owner, aws, options);
  const functions = parts.map((part) => ({ ...part, logGroup: groups.get(logGroupOf(part.config)) }));
  return {
    functions,
    layers,
    resources: [
      ...layers.values(),
      ...functions.flatMap((part) =>
        [part.role, part.policies, part.function, ...part.attachments].filter(isThere),
      ),
      ...groups.values(),
    ],
    leftBehind: async () => (await Promise.all(functions.map((one) => one.leftBehind()))).flat(),
  };
}

function functionParts(
  config: FunctionConfig,
  owner: Owner,
  aws: Aws,
  options: StackOptions & { scope: Scope; uploads: CodeUploads; sparing: boolean },
  layers: ReadonlyMap<string, DeclaredLayer>,
): Omit<FunctionStack, 'logGroup'> {
  const { adopt, prune, scope, canary } = options;
  const { removals, attachments: declared } = scope.narrow(config);
  const tags = { ...tagsOf(owner, config.tags), ...aliasMark(hasAliases(config)) };
  const role = !scope.whole || config.role ? undefined : roleOf(config, owner, aws, adopt);
  const granted = permissions(config, aws.region);
  const exact = config.removals?.policies;
  const { sparing } = options;
  const stay = !scope.compares('CodeSha256');
  const policies = role && new DeclaredPolicies(aws, role, { ...granted, exact, prune, sparing });
  const waits = policies && checksPermissions(config) ? [role, policies] : role ? [role] : [];
  const made = new DeclaredFunction(aws, {
    name: config.name,
    settings: config.settings,
    removals,
    image: config.image,
    codeSigningConfigArn: config.attachments?.codeSigningConfigArn ?? undefined,
    owner,
    tags,
    role: {
      arn: () => config.role ?? role?.arn,
      budget: () => {
        const budget = options.roleBudget ?? newRoleBudget;
        return role ? budget : Math.min(budget, givenRoleBudget);
      },
      given: config.role !== undefined,
    },
    layerArn: (key) => layers.get(key)?.arn,
    detaches: detachedFrom(config, owner, options),
    needs: [...waits, ...layersNamed(config, layers)],
    zip: options.packages?.get(config.name),
    uploads: options.uploads,
    scope,
    prune,
    adopt,
    publishes: hasFollowers(config) && !stay,
  });
  const site = { aws, host: made, prune, canary, stay, sparing };
  return {
    config,
    function: made,
    role,
    policies,
    attachments: attachmentResources(declared ?? {}, site),
    leftBehind: async () => (scope.whole ? attachmentsLeftBehind(declared ?? {}, site) : []),
  };
}

/** A function whose dependencies are in its package again needs the layer no more that had them. */
function detachedFrom({ name }: FunctionConfig, owner: Owner, { scope, dependencyLayers }: StackOptions) {
  if (!scope?.whole || !dependencyLayers || dependencyLayers.has(name)) return undefined;
  return (arn: string) => isDependencyLayer(arn, owner);
}

function layersNamed({ settings }: FunctionConfig, layers: ReadonlyMap<string, DeclaredLayer>): Resource[] {
  return (settings.Layers ?? []).map((key) => layers.get(key)).filter(isThere);
}

/** The role that slsctl makes for the function. */
function roleOf(config: FunctionConfig, owner: Owner, aws: Aws, adopt?: boolean): DeclaredRole {
  return new DeclaredRole(aws, {
    name: roleName(config.name, aws.region),
    description: roleDescription(config.name, aws.region, owner),
    permissionsBoundary: config.removals?.permissionsBoundary ? null : config.permissionsBoundary,
    tags: tagsOf(owner, config.tags),
    leavingTags: config.removals?.tags,
    owner,
    adopt,
  });
}

/** What the function may do: what its settings need, and what the project declares. */
function permissions(config: FunctionConfig, region: string): { attached: string[]; statements: unknown[] } {
  const { attached, statements } = roleNeeds(config, region);
  return {
    attached: [...new Set([...attached, ...config.policies])],
    statements: [...config.statements, ...statements],
  };
}

function logGroupOf({ settings, name }: FunctionConfig): string {
  return logGroupName(name, settings);
}

function logGroups(
  project: Project,
  parts: readonly Omit<FunctionStack, 'logGroup'>[],
  owner: Owner,
  aws: Aws,
  { adopt }: StackOptions,
): Map<string, DeclaredLogGroup> {
  const groups = new Map<string, DeclaredLogGroup>();
  for (const { config } of parts) {
    const name = logGroupOf(config);
    if (groups.has(name)) continue;
    // Agreement counts in the whole project, whichever of its functions are meant now.
    const sharing = project.functions.filter((other) => logGroupOf(other) === name);
    const odd = sharing.find((other) => other.logRetentionInDays !== config.logRetentionInDays);
    if (odd) {
      throw badInput(
        `functions ${config.key} and ${odd.key} share the log group ${name} but not its retention: ` +
          `${config.logRetentionInDays ?? 'for ever'} and ${odd.logRetentionInDays ?? 'for ever'}`,
      );
    }
    const writers = parts.filter((part) => logGroupOf(part.config) === name).map((part) => part.function);
    const shared = sharing.length > 1;
    const tags = tagsOf(owner, shared ? {} : config.tags);
    const leavingTags = shared ? [] : config.removals?.tags;
    const retentionInDays = config.logRetentionInDays;
    groups.set(
      name,
      new DeclaredLogGroup(aws, { name, retentionInDays, tags, leavingTags, owner, adopt, writers }),
    );
  }
  return groups;
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
