// A local AWS for one test file: started and stopped by slsctl itself, with a home of its own.
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { expectSlsctl, homeFolder, slsctl } from './cli.ts';
import { freePort } from './port.ts';
import { removeFolder, temporaryFolder } from './project.ts';

export interface LocalAws {
  readonly endpoint: string;
  readonly port: number;
  /** `SLSCTL_HOME`, for commands with `--local`. */
  readonly home: string;
  /** Endpoint, region and credentials for the `aws` CLI and SDKs. */
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a local AWS on a free port, with an empty store below the test file's home. */
export async function startLocal(flags: readonly string[] = []): Promise<LocalAws> {
  const home = await temporaryFolder('local');
  const port = await freePort();
  const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: home } };
  await expectSlsctl(['local', 'start', '--port', String(port), ...flags], options);
  const { stdout } = await expectSlsctl(['local', 'env', '--output', 'json'], options);
  const env = JSON.parse(stdout) as Record<string, string>;
  return {
    endpoint: env.AWS_ENDPOINT_URL as string,
    port,
    home,
    env,
    async stop() {
      const { code, stderr } = await slsctl(['local', 'stop'], options);
      await removeFolder(home);
      if (code !== 0) throw new Error(`slsctl local stop: ${stderr}`);
    },
  };
}

export interface Clients {
  lambda: LambdaClient;
  iam: IAMClient;
  logs: CloudWatchLogsClient;
}

/** Endpoint, region and credentials that the environment names, as each SDK client takes them. */
export function clientSettings(env: Record<string, string>) {
  return {
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
    },
  };
}

/** SDK clients of the endpoint that the environment names. */
export async function clientsOf(env: Record<string, string>): Promise<Clients> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const [lambda, iam, logs] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('@aws-sdk/client-iam'),
    import('@aws-sdk/client-cloudwatch-logs'),
  ]);
  const settings = clientSettings(env);
  return {
    lambda: new lambda.LambdaClient(settings),
    iam: new iam.IAMClient(settings),
    logs: new logs.CloudWatchLogsClient(settings),
  };
}

/** Names of everything at the endpoint: functions, roles, log groups. */
export async function everything(env: Record<string, string>): Promise<string[]> {
  const { lambda, iam, logs } = await clientsOf(env);
  const [{ ListFunctionsCommand }, { ListRolesCommand }, { DescribeLogGroupsCommand }] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('@aws-sdk/client-iam'),
    import('@aws-sdk/client-cloudwatch-logs'),
  ]);
  const [functions, roles, groups] = await Promise.all([
    lambda.send(new ListFunctionsCommand({})),
    iam.send(new ListRolesCommand({})),
    logs.send(new DescribeLogGroupsCommand({})),
  ]);
  return [
    ...(functions.Functions ?? []).map(({ FunctionName }) => `function ${FunctionName}`),
    ...(roles.Roles ?? []).map(({ Path, RoleName }) => `role ${Path}${RoleName}`),
    ...(groups.logGroups ?? []).map(({ logGroupName }) => `log group ${logGroupName}`),
  ].sort();
}
