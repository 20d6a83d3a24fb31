// Makes the seam to AWS: who calls, where, and what goes between a call and its request.
import { setMaxListeners } from 'node:events';
import { Aws } from './aws.ts';
import { Connections } from './connections.ts';
import { credentialProvider } from './credentials/chain.ts';
import { abortWith } from './middleware/abort.ts';
import { guardAccount } from './middleware/account-guard.ts';
import { explainCalls } from './middleware/explain.ts';
import { keepFinal } from './middleware/final.ts';
import type { Middleware } from './middleware/middleware.ts';
import { nameErrors } from './middleware/name-errors.ts';
import { Limiter, limitRate } from './middleware/rate.ts';
import { Settings } from './settings.ts';

export interface AwsOptions {
  /** Where relative paths of the environment are relative to. */
  cwd: string;
  /** Says what no option says. */
  env: NodeJS.ProcessEnv;
  region?: string;
  profile?: string;
  /** Of all services, checked; undefined: what the environment and the shared files set. */
  endpoint?: string;
  /** Fixed credentials (the local AWS); undefined: those that the environment and the shared files give. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** The only accounts that may be called; none: any. */
  allowedAccounts?: readonly string[];
  /** Prints one line of `--explain`; undefined: off. */
  explain?: (command: string) => void;
  /** Environment values appear in `--explain` as they are. */
  showValues?: boolean;
  /** Tells the user what they should know of their own settings. */
  warn?: (text: string) => void;
  signal?: AbortSignal;
}

/** Of a call, unless the environment sets another number. */
const attempts = 5;

/**
 * The AWS that the options, the environment and the shared config files name. Nothing is called yet.
 * Rejects with a UserError when no region is set or the endpoint is not a URL (exit 2), or when there is no
 * such profile (exit 3).
 */
export async function createAws(options: AwsOptions): Promise<Aws> {
  const { signal, explain, allowedAccounts = [] } = options;
  const settings = await Settings.load(options);
  const region = await settings.region(options.region);
  const endpointOf = (serviceId: string) => options.endpoint ?? settings.endpoint(serviceId);
  // Wrong ones of services that nearly every command calls are told before anything is called.
  for (const serviceId of ['Lambda', 'IAM', 'CloudWatch Logs']) endpointOf(serviceId);
  // Every request in flight listens to it; Node would warn of a leak from the eleventh on.
  if (signal) setMaxListeners(0, signal);

  // Every endpoint is asked at the pace of AWS, so that what works here works there.
  const limiter = options.env.SLSCTL_RATE_LIMITS === 'off' ? undefined : new Limiter();
  const files = new WeakMap<Uint8Array, string>();
  const explaining = (endpoint: string | undefined): Middleware[] => {
    const { region, profile, showValues } = options;
    const fileOf = (bytes: Uint8Array) => files.get(bytes);
    // The endpoint is named even when the environment sets it: CLIs before 2.13 do not look there.
    return explain ? [explainCalls(explain, { region, profile, endpoint, showValues, fileOf })] : [];
  };
  // One for all clients: the account is asked for once.
  const guard = allowedAccounts.length > 0 ? [guardAccount(allowedAccounts, () => aws.identity())] : [];
  const aws = new Aws({
    config: {
      ...settings.client(attempts),
      region,
      credentials: options.credentials ?? credentialProvider(settings, options),
      requestHandler: new Connections(signal),
    },
    endpointOf,
    middleware: (endpoint) => [
      ...guard,
      ...(signal ? [abortWith(signal)] : []),
      ...explaining(endpoint),
      nameErrors,
      keepFinal,
      ...(limiter ? [limitRate(limiter, signal)] : []),
    ],
    files,
    explain,
    options: { region: options.region, profile: options.profile },
  });
  return aws;
}
