// What a project consists of on AWS: its config, as resources that know what they need.
import type { Aws } from '../aws/aws.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { badInput } from '../errors.ts';
import { type FunctionPart, FunctionResource } from './function.ts';
import { LogGroupResource } from './log-group.ts';
import { awsPolicy, logGroupName, roleName, rolePath } from './names.ts';
import { tagsOf } from './ownership.ts';
import { PoliciesResource } from './policies.ts';
import type { Owner, Resource } from './resource.ts';
import { RoleResource, roleDescription } from './role.ts';

/** Milliseconds. */
const newRoleBudget = 180_000;
const givenRoleBudget = 20_000;

export interface StackOptions {
  /** The functions that are meant; default: all. */
  functions?: readonly FunctionConfig[];
  /** By function name; without one the code is not compared. */
  bundles?: ReadonlyMap<string, Bundle>;
  /** Only this part of the functions; roles and log groups are left out. */
  only?: FunctionPart;
  prune?: boolean;
  /** Environment variables that go even without `prune`. */
  unset?: readonly string[];
  adopt?: boolean;
  /** Milliseconds for which Lambda may refuse a role that slsctl made; default 3 minutes. */
  roleBudget?: number;
}

/** The resources of one function. */
export interface FunctionStack {
  readonly config: FunctionConfig;
  readonly function: FunctionResource;
  /** Absent when the user supplies the role. */
  readonly role?: RoleResource;
  readonly policies?: PoliciesResource;
  /** Several functions may share one. */
  readonly logGroup?: LogGroupResource;
}

export interface Stack {
  readonly functions: FunctionStack[];
  /** All of them, each once. */
  readonly resources: Resource[];
}

export function ownerOf(project: Project): Owner {
  return { project: project.name, stage: project.stage };
}

/** Makes no call. Throws a UserError (exit 2) where two functions contradict each other. */
export function stack(project: Project, aws: Aws, options: StackOptions = {}): Stack {
  const owner = ownerOf(project);
  const configs = options.functions ?? project.functions;
  const parts = configs.map((config) => functionParts(config, owner, aws, options));
  const groups = options.only ? new Map() : logGroups(project, parts, owner, aws, options);
  const functions = parts.map((part) => ({ ...part, logGroup: groups.get(logGroupOf(part.config)) }));
  return {
    functions,
    resources: [
      ...functions.flatMap((part) => [part.role, part.policies, part.function].filter(isThere)),
      ...groups.values(),
    ],
  };
}

function functionParts(
  config: FunctionConfig,
  owner: Owner,
  aws: Aws,
  options: StackOptions,
): Omit<FunctionStack, 'logGroup'> {
  const { adopt, prune, only, unset } = options;
  const tags = tagsOf(owner, config.tags);
  const role = only || config.role ? undefined : roleOf(config, owner, aws, adopt);
  const policies = role && new PoliciesResource(aws, role, { ...permissions(config, aws.region), prune });
  const waits = policies && checksPermissions(config) ? [role, policies] : role ? [role] : [];
  const made = new FunctionResource(aws, {
    name: config.name,
    settings: config.settings,
    owner,
    tags,
    role: {
      arn: () => config.role ?? role?.arn,
      budget: () => (role ? (options.roleBudget ?? newRoleBudget) : givenRoleBudget),
    },
    needs: waits,
    bundle: options.bundles?.get(config.name),
    only,
    prune,
    unset,
    adopt,
  });
  return { config, function: made, role, policies };
}

/** The role that slsctl makes for the function. */
function roleOf(config: FunctionConfig, owner: Owner, aws: Aws, adopt?: boolean): RoleResource {
  return new RoleResource(aws, {
    name: roleName(config.name, aws.region),
    path: rolePath(owner.project),
    description: roleDescription(config.name, aws.region),
    permissionsBoundary: config.permissionsBoundary,
    tags: tagsOf(owner, config.tags),
    owner,
    adopt,
  });
}

/** What the function may do: logs, what the project declares, and what its settings cannot do without. */
function permissions(config: FunctionConfig, region: string): { attached: string[]; statements: unknown[] } {
  const { VpcConfig, TracingConfig, FileSystemConfigs, DeadLetterConfig } = config.settings;
  const managed = new Set([
    awsPolicy(region, 'service-role/AWSLambdaBasicExecutionRole'),
    ...config.policies,
  ]);
  if (VpcConfig?.SubnetIds?.length) {
    managed.add(awsPolicy(region, 'service-role/AWSLambdaVPCAccessExecutionRole'));
  }
  if (TracingConfig?.Mode === 'Active') managed.add(awsPolicy(region, 'AWSXRayDaemonWriteAccess'));
  if (FileSystemConfigs?.length) {
    managed.add(awsPolicy(region, 'AmazonElasticFileSystemClientReadWriteAccess'));
  }
  const statements: unknown[] = [...config.statements];
  const target = DeadLetterConfig?.TargetArn;
  if (target) {
    const Action = target.split(':')[2] === 'sns' ? 'sns:Publish' : 'sqs:SendMessage';
    statements.push({ Effect: 'Allow', Action, Resource: target });
  }
  return { attached: [...managed], statements };
}

/** Settings for which Lambda looks at the role's permissions when they are made. */
function checksPermissions({ settings }: FunctionConfig): boolean {
  return Boolean(
    settings.VpcConfig?.SubnetIds?.length ||
      settings.DeadLetterConfig?.TargetArn ||
      settings.FileSystemConfigs?.length ||
      settings.KMSKeyArn,
  );
}

export function logGroupOf({ settings, name }: FunctionConfig): string {
  return settings.LoggingConfig?.LogGroup || logGroupName(name);
}

function logGroups(
  project: Project,
  parts: readonly Omit<FunctionStack, 'logGroup'>[],
  owner: Owner,
  aws: Aws,
  { adopt }: StackOptions,
): Map<string, LogGroupResource> {
  const groups = new Map<string, LogGroupResource>();
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
    const tags = tagsOf(owner, sharing.length > 1 ? {} : config.tags);
    const retentionInDays = config.logRetentionInDays;
    groups.set(name, new LogGroupResource(aws, { name, retentionInDays, tags, owner, adopt, writers }));
  }
  return groups;
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
