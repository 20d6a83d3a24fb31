// Makes the seam to AWS: clients on first use, each with the same retries, connections, abort and `--explain`.
import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { accountGuard } from './account-guard.ts';
import type { Aws, AwsOptions } from './aws.ts';
import { connection } from './command.ts';
import { credentialProvider } from './credentials/chain.ts';
import { type Call, explainer, resourceOf } from './explain.ts';
import { Final } from './final.ts';
import { isOwnLimit, isThrottled, Limiter } from './rate.ts';
import { Settings } from './settings.ts';
import { shellLine } from './shell.ts';

type Client = LambdaClient;
interface HandlerOptions {
  abortSignal?: AbortSignal;
}

const attempts = 5;
const connectionTimeout = 10_000;

/**
 * The AWS that the options, the environment and the shared config files name. Nothing is called yet.
 * Rejects with a UserError when no region is set or the endpoint is not a URL (exit 2), or when there is no
 * such profile (exit 3).
 */
export async function createAws(options: AwsOptions): Promise<Aws> {
  const { profile, signal } = options;
  const settings = await Settings.load(options);
  const region = await settings.region(options.region);
  const endpointOf = (serviceId: string) => options.endpoint ?? settings.endpoint(serviceId);
  const [lambdaEndpoint, iamEndpoint, logsEndpoint] = ['Lambda', 'IAM', 'CloudWatch Logs'].map(endpointOf);
  // Every request in flight listens to it; Node would warn of a leak from the eleventh on.
  if (signal) setMaxListeners(0, signal);

  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 50 });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: 50 });
  const requestHandler = { connectionTimeout, httpAgent, httpsAgent };
  const credentials = options.credentials ?? credentialProvider(settings, options);
  const config = (endpoint: string | undefined) => ({
    ...settings.client(attempts),
    region,
    requestHandler,
    ...(endpoint ? { endpoint } : {}),
    credentials,
  });

  const { allowedAccounts = [] } = options;
  const guard = allowedAccounts.length > 0 ? accountGuard(allowedAccounts, () => aws.identity()) : undefined;
  // Every endpoint is asked at the pace of AWS, so that what works here works there.
  const limiter = options.env.SLSCTL_RATE_LIMITS === 'off' ? undefined : new Limiter();
  const files = new WeakMap<Uint8Array, string>();
  const prepare = <T extends { config: unknown; middlewareStack: unknown }>(
    client: T,
    endpoint?: string,
  ): T => {
    const { explain } = options;
    const explainCall =
      explain &&
      explainer(explain, {
        region: options.region,
        profile,
        // Named even when the environment sets it: CLIs before 2.13 do not look there.
        endpoint,
        showValues: options.showValues,
        fileOf: (bytes) => files.get(bytes),
      });
    addMiddleware(client as unknown as Client, signal, explainCall);
    if (guard) guardWith(client as unknown as Client, guard);
    if (limiter) limitRate(client as unknown as Client, limiter, signal);
    if (signal) abortWith(client as unknown as Client, signal);
    return client;
  };

  let lambda: LambdaClient | undefined;
  let iam: IAMClient | undefined;
  let logs: CloudWatchLogsClient | undefined;
  let s3Endpoint: string | undefined;
  let identity: ReturnType<Aws['identity']> | undefined;
  /** A client that few need: loaded and made at the first question to it, and kept. */
  const late = <T extends { config: unknown; middlewareStack: unknown }>(
    serviceId: string,
    make: (settings: ReturnType<typeof config>) => Promise<T>,
  ): (() => Promise<T>) => {
    let made: Promise<T> | undefined;
    const open = async () => {
      const endpoint = endpointOf(serviceId);
      return prepare(await make(config(endpoint)), endpoint);
    };
    return () => {
      made ??= open();
      return made;
    };
  };
  const s3 = late('S3', async (settings) => {
    s3Endpoint = settings.endpoint;
    return (await import('./s3.ts')).makeS3(settings);
  });
  const sts = late('STS', async (settings) => new (await import('./identity.ts')).STSClient(settings));
  const storedValues = () => import('./stored-values.ts');
  const ssm = late('SSM', async (settings) => new (await storedValues()).SSMClient(settings));
  const secrets = late(
    'Secrets Manager',
    async (settings) => new (await storedValues()).SecretsManagerClient(settings),
  );
  const tagging = late(
    'Resource Groups Tagging API',
    async (settings) => new (await import('./tagged.ts')).ResourceGroupsTaggingAPIClient(settings),
  );
  const watch = late(
    'CloudWatch',
    async (settings) => new (await import('./metrics.ts')).CloudWatchClient(settings),
  );

  const aws: Aws = {
    region,
    endpoint: lambdaEndpoint,
    get lambda() {
      lambda ??= prepare(new LambdaClient(config(lambdaEndpoint)), lambdaEndpoint);
      return lambda;
    },
    get iam() {
      iam ??= prepare(new IAMClient(config(iamEndpoint)), iamEndpoint);
      return iam;
    },
    get logs() {
      logs ??= prepare(new CloudWatchLogsClient(config(logsEndpoint)), logsEndpoint);
      return logs;
    },
    s3,
    identity() {
      identity ??= identify().catch((error) => {
        identity = undefined;
        throw error;
      });
      return identity;
    },
    async parameters(names) {
      return (await storedValues()).askParameters(await ssm(), names);
    },
    async secret(reference) {
      return (await storedValues()).askSecret(await secrets(), reference);
    },
    async tagged(services, tags) {
      return (await import('./tagged.ts')).askTagged(await tagging(), services, tags);
    },
    async sums(metrics, from, to) {
      return (await import('./metrics.ts')).askSums(await watch(), metrics, from, to);
    },
    nameBytes(bytes, file) {
      files.set(bytes, file);
    },
    tell(words) {
      options.explain?.(
        shellLine([...words, ...connection({ region: options.region, profile, endpoint: s3Endpoint })]),
      );
    },
    close() {
      for (const agent of [httpAgent, httpsAgent]) closeIdle(agent);
    },
  };
  return aws;

  async function identify() {
    return (await import('./identity.ts')).askIdentity(await sts());
  }
}

/** What is still under way ends by itself, and its connection with it. */
function closeIdle(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

/** Explains each call once, before its first attempt, and writes on its errors which call they belong to. */
function addMiddleware(client: Client, signal?: AbortSignal, explainCall?: (call: Call) => void): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      signal?.throwIfAborted();
      const name = String(context.clientName);
      const operation = String(context.commandName).replace(/Command$/, '');
      const { operationSchema } = (context.__smithy_context ?? {}) as { operationSchema?: unknown };
      if (explainCall && operationSchema) {
        explainCall({ client: name, operation, input: { ...args.input }, schema: operationSchema });
      }
      try {
        return await next(args);
      } catch (caught) {
        const error = caught instanceof Final ? caught.error : caught;
        if (error instanceof Error) {
          const call = `${name.replace(/Client$/, '')}:${operation}`;
          const resource = operationSchema && resourceOf({ ...args.input }, operationSchema);
          Object.defineProperty(error, 'apiCall', { value: call, configurable: true });
          Object.defineProperty(error, 'apiResource', { value: resource, configurable: true });
        }
        throw error;
      }
    },
    { step: 'initialize', name: 'slsctlCall', priority: 'high' },
  );
  // Inside the SDK's own attempts.
  const answered =
    (next: (args: object) => Promise<never>, { commandName = '' }: { commandName?: string }) =>
    async (args: object) => {
      try {
        return await next(args);
      } catch (error) {
        throw stands(commandName, error) ? new Final(error) : error;
      }
    };
  client.middlewareStack.addRelativeTo(answered as never, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'slsctlFinal',
  });
}

/**
 * The limit that a user has set is an answer, not a hitch. And where a function may have run, it must not run
 * again by itself: an invocation is tried again only when it did not get there.
 */
function stands(commandName: string, error: unknown): boolean {
  if (isOwnLimit(error)) return true;
  const { code = '' } = (error ?? {}) as { code?: string };
  const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code);
  return commandName.startsWith('Invoke') && !isThrottled(error) && !neverSent;
}

/** Every call but the question whose account it is. */
function guardWith(client: Client, guard: ReturnType<typeof accountGuard>): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const operation = String(context.commandName).replace(/Command$/, '');
      return operation === 'GetCallerIdentity' ? next(args) : guard(operation, () => next(args));
    },
    // Outside of everything: what is not allowed is not explained either.
    { step: 'initialize', name: 'slsctlAccount', priority: 'high' },
  );
}

/** Each attempt waits for its turn; it is signed after that. */
function limitRate(client: Client, limiter: Limiter, signal?: AbortSignal): void {
  const limited =
    (next: (args: object) => Promise<never>, context: { clientName?: string; commandName?: string }) =>
    (args: object) => {
      const operation = String(context.commandName).replace(/Command$/, '');
      return limiter.run({ client: String(context.clientName), operation }, () => next(args), signal);
    };
  client.middlewareStack.addRelativeTo(limited as never, {
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
    name: 'slsctlRate',
  });
}

/** Ends requests in flight with the program, besides the signal that a call brings itself. */
function abortWith(client: Client, signal: AbortSignal): void {
  const handler = client.config.requestHandler;
  const handle = handler.handle.bind(handler) as (request: unknown, options?: HandlerOptions) => unknown;
  const abortable = (request: unknown, options: HandlerOptions = {}) => {
    const own = options.abortSignal;
    return handle(request, { ...options, abortSignal: own ? AbortSignal.any([own, signal]) : signal });
  };
  handler.handle = abortable as typeof handler.handle;
}
