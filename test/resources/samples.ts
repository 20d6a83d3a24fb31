// A resource of every kind, declared in two ways and not declared at all, for the conformance suite.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateCodeSigningConfigCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Aws } from '../../src/aws/aws.ts';
import { createAws } from '../../src/aws/create.ts';
import type { Attachments } from '../../src/config/attachments/all.ts';
import type { FunctionConfig } from '../../src/config/project.ts';
import { triggerNames } from '../../src/config/schema/field-names.ts';
import type { TriggerKindName } from '../../src/config/triggers/all.ts';
import type { DeclaredResource, Owner, Resource } from '../../src/engine/resource.ts';
import { isDeclared } from '../../src/engine/resource.ts';
import { makePackage, type Package } from '../../src/packaging/package.ts';
import { DeclaredAlias } from '../../src/resources/alias/alias.ts';
import { ProvisionedResource, provision, provisionedChanges } from '../../src/resources/alias/provisioned.ts';
import { attachmentKinds } from '../../src/resources/attachments/all.ts';
import { claimsOf } from '../../src/resources/attachments/attachments.ts';
import type { Kind, Site } from '../../src/resources/attachments/kind.ts';
import { DeclaredPermissions, FormerPermissions } from '../../src/resources/attachments/permissions.ts';
import { Places } from '../../src/resources/attachments/places.ts';
import { CodeUploads } from '../../src/resources/code/location.ts';
import { UploadsResource } from '../../src/resources/code/uploads.ts';
import { DeclaredFunction } from '../../src/resources/function/function.ts';
import { FunctionResource } from '../../src/resources/function/function-resource.ts';
import { DeclaredLayer, LayerResource } from '../../src/resources/layer/layer.ts';
import { DeclaredLogGroup, LogGroupResource } from '../../src/resources/log-group/log-group.ts';
import { uploadKey } from '../../src/resources/names.ts';
import { tagsOf } from '../../src/resources/owned/ownership.ts';
import { DeclaredPolicies, PoliciesResource } from '../../src/resources/role/policies.ts';
import { DeclaredRole, RoleResource, roleDescription, trustOf } from '../../src/resources/role/role.ts';
import { Things } from '../../src/resources/things/things.ts';
import { triggerKinds } from '../../src/resources/triggers/all.ts';
import type { TriggerKind } from '../../src/resources/triggers/kind.ts';
import { DeclaredScheduleGroup, ScheduleGroupResource } from '../../src/resources/triggers/schedule/group.ts';
import { startLambda } from '../local/services/lambda/fixture.ts';
import { createSources } from '../support/fields/sources.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';
import { madeApis } from './made-apis.ts';
import { madeThings } from './made-things.ts';
import { declaredFor, onAliasesOnly, triggerSources } from './trigger-samples.ts';

export interface World {
  readonly aws: Aws;
  /** ARN of a role that functions and state machines can have. */
  readonly role: string;
  /** ARNs. */
  readonly signingConfigs: readonly string[];
  readonly packages: readonly [Package, Package];
  stop(): Promise<void>;
}

/** Which of two declarations of the same thing is meant. */
export type Step = 0 | 1;

/** Of one thing in one run, as this owner sees it. */
export interface Forms {
  readonly undeclared: Resource;
  /** Not of kinds that slsctl.yml never names. */
  readonly declared?: DeclaredResource;
}

export interface Sample {
  readonly kind: string;
  /** Creates what must exist before it, owned by `owner`; and it, where no declared form could. */
  prepare?(world: World, name: string): Promise<void>;
  /** New objects each time, as in a new run. */
  forms(world: World, name: string, owner: Owner, step: Step): Promise<Forms> | Forms;
}

export const owner: Owner = { project: 'conformance', config: 'laptop/conformance/slsctl.yml' };
export const otherOwner: Owner = { project: 'other' };

/** Lambda looks whether the role may read a source. */
const PolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

export async function startWorld(): Promise<World> {
  const [local, folder] = await Promise.all([startLambda(), temporaryFolder('conformance')]);
  const { lambda, env, role } = local;
  const profile = `arn:aws:signer:us-east-1:${local.account}:/signing-profiles/one/0123456789`;
  const signing = { AllowedPublishers: { SigningProfileVersionArns: [profile] } };
  const configs = [1, 2].map(() => lambda.send(new CreateCodeSigningConfigCommand(signing)));
  const [aws, packages, made] = await Promise.all([
    createAws({
      cwd: folder,
      env: { SLSCTL_RATE_LIMITS: 'off' },
      region: 'us-east-1',
      endpoint: local.endpoint,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID as string,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
      },
    }),
    Promise.all([packageOf(folder, 'one'), packageOf(folder, 'two')]),
    Promise.all(configs),
  ]);
  await Promise.all([
    aws.knowAccount(),
    createSources(env, { queues: ['orders'], tables: ['users'], streams: ['clicks'] }),
    local.iam.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'all', PolicyDocument })),
    local.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'worker',
        PolicyDocument: JSON.stringify(trustOf(['states.amazonaws.com'])),
      }),
    ),
  ]);
  return {
    aws,
    role,
    packages,
    signingConfigs: made.map(({ CodeSigningConfig }) => CodeSigningConfig?.CodeSigningConfigArn ?? ''),
    async stop() {
      await local.stop();
      await removeFolder(folder);
    },
  };
}

async function packageOf(folder: string, name: string): Promise<Package> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, 'index.py'), `def handler(event, context):\n    return "${name}"\n`);
  return makePackage({ name, dir: folder, code: { path, include: [], exclude: [] } });
}

/** Creates what is declared. */
export async function create(resource: DeclaredResource): Promise<void> {
  await resource.apply(undefined, resource.diff(undefined));
}

function declaredFunction({ aws, role, packages }: World, name: string, of: Owner, step: Step) {
  return new DeclaredFunction(aws, {
    name,
    owner: of,
    settings: {
      Runtime: 'python3.12',
      Handler: 'index.handler',
      MemorySize: [128, 256][step],
      Environment: { Variables: { STEP: String(step) } },
    },
    tags: tagsOf(of, { step: String(step) }),
    role: { arn: () => role, newness: async () => 10_000 },
    zip: packages[step],
    uploads: new CodeUploads(aws, of),
    publishes: true,
  });
}

function declaredRole({ aws }: World, name: string, of: Owner, step: Step = 0): DeclaredRole {
  const description = roleDescription(name, aws.region, of);
  return new DeclaredRole(aws, { name, owner: of, description, tags: tagsOf(of, { step: String(step) }) });
}

const things: Sample[] = [
  {
    kind: 'function',
    forms: (world, name, of, step) => ({
      undeclared: new FunctionResource(world.aws, { name, owner: of }),
      declared: declaredFunction(world, name, of, step),
    }),
  },
  {
    kind: 'role',
    forms: (world, name, of, step) => ({
      undeclared: new RoleResource(world.aws, { name, owner: of }),
      declared: declaredRole(world, name, of, step),
    }),
  },
  {
    kind: 'policies',
    prepare: (world, name) => create(declaredRole(world, name, owner)),
    async forms(world, name, of, step) {
      const { aws } = world;
      const [undeclared, declared] = [
        new RoleResource(aws, { name, owner: of }),
        declaredRole(world, name, of),
      ];
      await Promise.all([undeclared.read(), declared.read()]);
      const Action = ['sqs:SendMessage', 'sqs:ReceiveMessage'][step];
      return {
        undeclared: new PoliciesResource(aws, undeclared),
        declared: new DeclaredPolicies(aws, declared, {
          attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
          statements: [{ Effect: 'Allow', Action, Resource: '*' }],
        }),
      };
    },
  },
  {
    kind: 'log group',
    forms: ({ aws }, name, of, step) => ({
      undeclared: new LogGroupResource(aws, { name, owner: of }),
      declared: new DeclaredLogGroup(aws, {
        name,
        owner: of,
        retentionInDays: [7, 14][step],
        tags: tagsOf(of, { step: String(step) }),
        writers: [],
      }),
    }),
  },
  {
    kind: 'schedule group',
    forms: ({ aws }, name, of, step) => ({
      undeclared: new ScheduleGroupResource(aws, { name, owner: of }),
      declared: new DeclaredScheduleGroup(aws, { name, owner: of, tags: tagsOf(of, { step: String(step) }) }),
    }),
  },
  {
    kind: 'layer',
    forms: ({ aws, packages }, name, of, step) => ({
      undeclared: new LayerResource(aws, { name, owner: of }),
      declared: new DeclaredLayer(aws, {
        name,
        owner: of,
        zip: packages[step],
        uploads: new CodeUploads(aws, of),
        settings: { Description: `step ${step}`, CompatibleRuntimes: ['python3.12'], LicenseInfo: 'MIT' },
      }),
    }),
  },
  {
    kind: 'uploads',
    async prepare({ aws }, name) {
      const s3 = await aws.s3();
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      await s3.send(new PutObjectCommand({ Bucket: name, Key: uploadKey(owner, 'AAAA'), Body: 'zip' }));
    },
    forms({ aws }, name, of) {
      const denied = (error: unknown) => {
        throw error;
      };
      return { undeclared: new UploadsResource(aws, name, of, denied) };
    },
  },
  {
    kind: 'former permissions',
    async prepare(world, name) {
      const host = declaredFunction(world, name, owner, 0);
      await create(host);
      const uploads = { principal: 's3.amazonaws.com' };
      const claims = claimsOf(
        {},
        { name, things: new Things({ name: '', origin: '', things: [] }, world.aws) },
      ).at(undefined);
      await create(new DeclaredPermissions(world.aws, host, { declared: { uploads }, claims }));
    },
    async forms({ aws }, name, of) {
      const host = new FunctionResource(aws, { name, owner: of });
      await host.read();
      return {
        undeclared: new FormerPermissions(aws, host, {
          qualifier: undefined,
          leaves: (id) => id === 'uploads',
          isOwn: async () => true,
          successor: () => `${name}:live`,
        }),
      };
    },
  },
  {
    kind: 'provisioned concurrency',
    async prepare(world, FunctionName) {
      const host = declaredFunction(world, FunctionName, owner, 0);
      await create(host);
      await create(new DeclaredAlias(world.aws, host, { name: 'live', declared: { version: '1' } }));
      await provision(world.aws, {
        FunctionName,
        Qualifier: 'live',
        count: 1,
        changes: provisionedChanges(1, undefined),
      });
    },
    async forms(world, name, of) {
      const host = new FunctionResource(world.aws, { name, owner: of });
      await host.read();
      return { undeclared: new ProvisionedResource(world.aws, host, 'live') };
    },
  },
];

type FieldName = Exclude<keyof Attachments, 'triggers'>;

/** Two declarations of each field; a field without them does not compile. */
function declarations({ signingConfigs: [one = '', other = ''] }: Pick<World, 'signingConfigs'>): {
  [Field in FieldName]-?: [NonNullable<Attachments[Field]>, NonNullable<Attachments[Field]>];
} {
  return {
    reservedConcurrentExecutions: [3, 0],
    eventInvokeConfig: [{ maximumRetryAttempts: 0 }, { maximumEventAgeInSeconds: 60 }],
    url: [{ authType: 'AWS_IAM' }, { authType: 'NONE', cors: { allowOrigins: ['*'], maxAge: 60 } }],
    permissions: [
      { uploads: { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::one' } },
      { uploads: { principal: '*', action: 'lambda:InvokeFunction', invokedViaFunctionUrl: true } },
    ],
    aliases: [{ live: { version: '1' } }, { live: { version: '1', description: 'for customers' } }],
    recursiveLoop: ['Allow', 'Terminate'],
    codeSigningConfigArn: [one, other],
    runtimeManagementConfig: [{ updateRuntimeOn: 'FunctionUpdate' }, { updateRuntimeOn: 'Auto' }],
  };
}

/** What a function's parts need of it. */
function siteOf({ aws }: World, host: DeclaredFunction, of: Owner, attachments: Attachments): Site {
  const functions = [{ key: host.name, name: host.name, attachments } as FunctionConfig];
  const things = new Things({ name: of.project, origin: '', things: [], functions }, aws);
  return {
    ...{ aws, host, owner: of, things },
    config: { key: host.name, settings: {}, tags: {} },
    places: new Places(host, attachments, claimsOf(attachments, { name: host.name, things })),
    role: { needs: [], newness: async () => 0, given: true },
    shared: (_, make) => make(),
    logGroup: () => undefined,
  };
}

const fields = Object.keys(attachmentKinds).filter((field) => field !== 'triggers') as FieldName[];

function sampleOf(field: FieldName): Sample {
  const kind = attachmentKinds[field] as Kind<unknown>;
  return {
    kind: field,
    prepare: (world, name) => create(declaredFunction(world, name, owner, 0)),
    async forms(world, name, of, step) {
      const { aws } = world;
      const host = declaredFunction(world, name, of, 0);
      await host.read();
      const declared = declarations(world)[field][step];
      const site = siteOf(world, host, of, { [field]: declared });
      const [resource] = kind.resources(declared, site);
      // An alias has to be named; `every` finds those that are live.
      const [undeclared] =
        field === 'aliases' ? kind.resources({ live: null }, site) : await kind.every(aws, host);
      if (!resource || !isDeclared(resource) || !undeclared) throw new Error(`no resource of ${field}`);
      return { declared: resource, undeclared };
    },
  };
}

function triggerSample(name: TriggerKindName): Sample {
  const kind = triggerKinds[name] as TriggerKind<unknown>;
  return {
    kind: `${name} trigger`,
    async prepare(world, functionName) {
      const host = declaredFunction(world, functionName, owner, 0);
      await create(host);
      await triggerSources[name]?.(world, functionName);
      const declared = declaredFor(name, functionName, 0);
      const site = siteOf(world, host, owner, { triggers: [{ [name]: declared }] });
      for (const one of site.things.apis.resources) {
        if (isDeclared(one) && (await one.read()) === undefined) await create(one);
      }
      const claims = site.places.claims.at(undefined);
      await create(new DeclaredPermissions(world.aws, host, { claims }));
      const entry = { declared, qualifier: undefined, index: 0, number: 1 };
      for (const one of kind.resources([entry], site)) {
        if (one.kind !== `${name} trigger` && isDeclared(one)) await create(one);
      }
    },
    async forms(world, functionName, of, step) {
      const host = declaredFunction(world, functionName, of, 0);
      await host.read();
      const declared = declaredFor(name, functionName, step);
      const site = siteOf(world, host, of, { triggers: [{ [name]: declared }] });
      const resource = kind
        .resources([{ declared, qualifier: undefined, index: 0, number: 1 }], site)
        .find((one) => one.kind === `${name} trigger`);
      if (!resource || !isDeclared(resource)) throw new Error(`no resource of ${name}`);
      const [live] = await kind.every(world.aws, host);
      // While there is none, nothing without a declaration could name it.
      return { declared: resource, undeclared: live ?? resource };
    },
  };
}

export const samples: readonly Sample[] = [
  ...madeThings,
  ...madeApis,
  ...things,
  ...fields.map(sampleOf),
  ...triggerNames.filter((name) => !onAliasesOnly.has(name)).map(triggerSample),
];
