// Reads a live function through the SDK, and returns it as the fields of slsctl.yml.
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as iamSdk from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-lambda';
import type { Clients } from './local.ts';

/** By top-level field of slsctl.yml; absent and empty values are left out at every depth. */
export type Told = Record<string, unknown>;

/** Shares no code with slsctl, so that a test notices an error in slsctl's reading. */
export async function tellFunction(clients: Clients, FunctionName: string): Promise<Told> {
  const { lambda } = clients;
  const ask = { FunctionName };
  const [live, invoke, url, policies, recursion, signing, runtime] = await Promise.all([
    lambda.send(new sdk.GetFunctionCommand(ask)),
    orNone(lambda.send(new sdk.GetFunctionEventInvokeConfigCommand(ask))),
    tellUrl(lambda, FunctionName),
    tellPolicies(lambda, FunctionName),
    orNone(lambda.send(new sdk.GetFunctionRecursionConfigCommand(ask))),
    orNone(lambda.send(new sdk.GetFunctionCodeSigningConfigCommand(ask))),
    orNone(lambda.send(new sdk.GetRuntimeManagementConfigCommand(ask))),
  ]);
  const { Layers, Environment, EphemeralStorage, KMSKeyArn, ImageConfigResponse, ...plain } =
    live.Configuration ?? {};
  const { VpcId: _, ...vpc } = plain.VpcConfig ?? {};
  const { LogGroup = '', ...logging } = plain.LoggingConfig ?? {};
  const ownGroup = `/aws/lambda/${FunctionName}`;
  const [role, aliases, logRetentionInDays] = await Promise.all([
    tellRole(clients, plain.Role ?? ''),
    tellAliases(clients, FunctionName),
    retention(clients, LogGroup || ownGroup),
  ]);
  const { OnSuccess, OnFailure } = invoke?.DestinationConfig ?? {};
  return withoutEmpty({
    ...(small(plain) as object),
    vpcConfig: small(vpc),
    loggingConfig: small({ ...logging, LogGroup: LogGroup === ownGroup ? '' : LogGroup }),
    snapStart: { applyOn: plain.SnapStart?.ApplyOn },
    kmsKeyArn: KMSKeyArn,
    layers: Layers?.map(({ Arn }) => Arn),
    environment: Environment?.Variables,
    ephemeralStorage: EphemeralStorage?.Size,
    image: live.Code?.ImageUri && {
      imageUri: live.Code.ImageUri,
      imageConfig: small(ImageConfigResponse?.ImageConfig),
    },
    tags: own(live.Tags),
    reservedConcurrentExecutions: live.Concurrency?.ReservedConcurrentExecutions,
    eventInvokeConfig: {
      maximumRetryAttempts: invoke?.MaximumRetryAttempts,
      maximumEventAgeInSeconds: invoke?.MaximumEventAgeInSeconds,
      onSuccess: OnSuccess?.Destination,
      onFailure: OnFailure?.Destination,
    },
    url,
    permissions: policies,
    aliases,
    recursiveLoop: recursion?.RecursiveLoop,
    codeSigningConfigArn: signing?.CodeSigningConfigArn,
    runtimeManagementConfig: {
      updateRuntimeOn: runtime?.UpdateRuntimeOn,
      runtimeVersionArn: runtime?.RuntimeVersionArn,
    },
    ...role,
    logRetentionInDays,
  }) as Told;
}

async function tellRole({ iam }: Clients, role: string): Promise<Told> {
  const RoleName = role.slice(role.lastIndexOf('/') + 1);
  const [found, attached, inline] = await Promise.all([
    orNone(iam.send(new iamSdk.GetRoleCommand({ RoleName }))),
    orNone(iam.send(new iamSdk.ListAttachedRolePoliciesCommand({ RoleName }))),
    orNone(iam.send(new iamSdk.GetRolePolicyCommand({ RoleName, PolicyName: 'slsctl' }))),
  ]);
  const basic = /\/AWSLambda(BasicExecution|VPCAccessExecution)Role$/;
  const document = inline && (JSON.parse(plainText(inline.PolicyDocument ?? '')) as { Statement: unknown[] });
  return {
    policies: attached?.AttachedPolicies?.map(({ PolicyArn = '' }) => PolicyArn).filter(
      (arn) => !basic.test(arn),
    ),
    statements: document?.Statement,
    permissionsBoundary: found?.Role?.PermissionsBoundary?.PermissionsBoundaryArn,
  };
}

/** The qualifiers of the function: undefined for itself, and its aliases. */
async function qualifiers(lambda: sdk.LambdaClient, FunctionName: string): Promise<(string | undefined)[]> {
  const { Aliases = [] } = await lambda.send(new sdk.ListAliasesCommand({ FunctionName }));
  return [undefined, ...Aliases.map(({ Name }) => Name)];
}

/** The only one; with its alias, if it has one. */
async function tellUrl(lambda: sdk.LambdaClient, FunctionName: string): Promise<Told | undefined> {
  const all = await Promise.all(
    (await qualifiers(lambda, FunctionName)).map(async (qualifier) => {
      const Qualifier = qualifier;
      const url = await orNone(lambda.send(new sdk.GetFunctionUrlConfigCommand({ FunctionName, Qualifier })));
      // moto answers the URL of the function for its aliases too.
      if (!url || (qualifier && !url.FunctionArn?.endsWith(`:${qualifier}`))) return [];
      return [{ authType: url.AuthType, cors: small(url.Cors), invokeMode: url.InvokeMode, qualifier }];
    }),
  );
  const [only, ...others] = all.flat();
  if (others.length > 0) throw new Error(`${FunctionName} has ${others.length + 1} URLs`);
  return only;
}

/** The statements of all its policies; with their alias, if they have one. */
async function tellPolicies(lambda: sdk.LambdaClient, FunctionName: string): Promise<Told> {
  const all = await Promise.all(
    (await qualifiers(lambda, FunctionName)).map(async (qualifier) => {
      const policy = await orNone(
        lambda.send(new sdk.GetPolicyCommand({ FunctionName, Qualifier: qualifier })),
      );
      return Object.entries(permissions(policy?.Policy) ?? {}).map(
        ([id, one]) => [id, { ...(one as object), qualifier }] as const,
      );
    }),
  );
  return Object.fromEntries(all.flat());
}

async function tellAliases({ lambda }: Clients, FunctionName: string): Promise<Told> {
  const { Aliases = [] } = await lambda.send(new sdk.ListAliasesCommand({ FunctionName }));
  const told = Aliases.map(async ({ Name = '', Description = '', FunctionVersion, RoutingConfig }) => {
    const Qualifier = Name;
    const provisioned = await orNone(
      lambda.send(new sdk.GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier })),
    );
    return [
      Name,
      {
        // slsctl's record follows the user's own description.
        description: Description.replace(/\s*\[slsctl.*$/, ''),
        version: FunctionVersion,
        routingConfig: small(RoutingConfig),
        provisionedConcurrentExecutions: provisioned?.RequestedProvisionedConcurrentExecutions,
      },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

async function retention(
  { logs }: Clients,
  logGroupNamePrefix: string,
): Promise<number | 'never' | undefined> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
  const group = logGroups.find(({ logGroupName }) => logGroupName === logGroupNamePrefix);
  return group && (group.retentionInDays ?? 'never');
}

interface Statement {
  Sid: string;
  Action: string;
  Principal: string | Record<string, string>;
  Condition?: Record<string, Record<string, string>>;
}

function permissions(policy: string | undefined): Told | undefined {
  if (!policy) return undefined;
  const { Statement } = JSON.parse(policy) as { Statement: Statement[] };
  return Object.fromEntries(
    Statement.map(({ Sid, Action, Principal, Condition = {} }) => {
      const conditions = Object.values(Condition).flatMap((one) => Object.entries(one));
      return [
        Sid,
        {
          action: Action,
          // AWS answers an account by its id, or by the ARN of its root user.
          principal: [Principal]
            .flatMap((one) => (typeof one === 'string' ? one : Object.values(one)))
            .map((one) => one.replace(/^arn:aws:iam::(\d+):root$/, '$1'))[0],
          ...(small(
            Object.fromEntries(conditions.map(([key, value]) => [key.replace(/^\w+:/, ''), value])),
          ) as Told),
        },
      ];
    }),
  );
}

function plainText(document: string): string {
  return document.startsWith('{') ? document : decodeURIComponent(document);
}

/** Without slsctl's own tags. */
function own(tags: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('slsctl:')));
}

/** `MemorySize` → `memorySize`, `KMSKeyArn` → `kmsKeyArn`, at every level. */
function small(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(small);
  if (typeof value !== 'object' || value === null) return value;
  const name = (key: string) => key.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase());
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [name(key), small(item)]));
}

/** Removes empty values: AWS answers some absent fields as empty, and omits others. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value.map(withoutEmpty) : undefined;
  if (value === '' || value === null) return undefined;
  // Expectations of vitest stay what they are.
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, withoutEmpty(item)] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

async function orNone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const { name, $response } = error as Error & { $response?: { statusCode?: number } };
    if (/^(ResourceNotFound|NoSuchEntity|ProvisionedConcurrencyConfigNotFound)/.test(name)) return undefined;
    // An endpoint without this operation answers an HTML page.
    if (name === 'SyntaxError' && $response?.statusCode === 404) return undefined;
    throw error;
  }
}
