// Creates the `Aws` object: credentials, region, endpoints and middleware.
import { setMaxListeners } from 'node:events';
import { yesOrNo } from '../yes-or-no.ts';
import { Aws } from './aws.ts';
import { Connections } from './connections.ts';
import { credentialProvider } from './credentials/chain.ts';
import type { Provider } from './credentials/provider.ts';
import { abortWith } from './middleware/abort.ts';
import { guardAccount } from './middleware/account-guard.ts';
import { collectDenied } from './middleware/denied.ts';
import { explainCalls } from './middleware/explain.ts';
import { keepFinal } from './middleware/final.ts';
import { noticeLostAnswers } from './middleware/lost-answers.ts';
import type { Middleware } from './middleware/middleware.ts';
import { nameErrors } from './middleware/name-errors.ts';
import { Limiter, limitRate } from './middleware/rate.ts';
import { type NotedSecrets, noteSecrets } from './middleware/secrets.ts';
import { takeTurns } from './middleware/turns.ts';
import { Settings } from './settings.ts';

export interface AwsOptions {
  /** Relative paths in environment variables start here. */
  cwd: string;
  /** Used for settings that no option gives. */
  env: NodeJS.ProcessEnv;
  region?: string;
  /** `--profile`. */
  profile?: string;
  /** `profile:` of slsctl.yml. */
  projectProfile?: string;
  /** Endpoint of all services, already checked; undefined: as the environment and the shared files configure it. */
  endpoint?: string;
  /** Fixed credentials (local AWS); undefined: those of the environment and the shared files. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** The only accounts that may be called; empty: any account. */
  allowedAccounts?: readonly string[];
  /** Prints one line of `--explain`; undefined: off. */
  explain?: (command: string) => void;
  /** Environment values appear in `--explain` as they are. */
  showValues?: boolean;
  /** Tells the user about a long wait. */
  note?: (text: string) => void;
  /** Asks for a code of an MFA device; undefined: there is no terminal. */
  ask?: (question: string) => Promise<string>;
  /** Gets every secret that a call reads or sends, and the credentials. */
  secrets?: NotedSecrets;
  signal?: AbortSignal;
}

/** The file is read only where one is named. */
async function trustedCertificates(settings: Settings): Promise<Buffer | undefined> {
  const named = settings.env.AWS_CA_BUNDLE || settings.env.REQUESTS_CA_BUNDLE;
  if (!named && !settings.section(settings.profile).ca_bundle) return undefined;
  return (await import('./proxy/ca-bundle.ts')).caBundle(settings);
}

/** Attempts for each call, unless the environment sets another number. */
const attempts = 5;

/**
 * Creates the clients from the options, the environment and the shared config files; makes no call.
 * Rejects with a UserError when no region is set or an endpoint is not a URL (exit 2), or when the profile does not
 * exist (exit 3).
 */
export async function createAws(options: AwsOptions): Promise<Aws> {
  const { signal, explain, secrets, allowedAccounts = [] } = options;
  const settings = await Settings.load({ ...options, known: options.credentials !== undefined });
  const profile = options.credentials ? undefined : settings.namedProfile;
  const settled = await settings.region(options.region);
  secrets?.ordinary(settled, options.endpoint);
  const endpointOf = (serviceId: string) => options.endpoint ?? settings.endpoint(serviceId);
  // Reports a wrong endpoint of a service that nearly every command calls before the first call.
  for (const serviceId of ['Lambda', 'IAM', 'CloudWatch Logs']) endpointOf(serviceId);
  // Every request in flight adds a listener, and Node would warn of a leak at the eleventh.
  if (signal) setMaxListeners(0, signal);

  // AWS's rate limits apply at every endpoint: a run that works on the local AWS then works on AWS too.
  const limiter =
    yesOrNo(options.env, 'SLSCTL_RATE_LIMITS') === false ? undefined : new Limiter(options.note);
  const turns = takeTurns();
  const denied = collectDenied();
  const files = new WeakMap<Uint8Array, string>();
  const explaining = (endpoint: string | undefined, ofClient: string): Middleware[] => {
    const { showValues } = options;
    const region = ofClient === settled ? options.region : ofClient;
    const fileOf = (bytes: Uint8Array) => files.get(bytes);
    // The endpoint is printed even when the environment sets it: CLIs before 2.13 ignore that variable.
    return explain ? [explainCalls(explain, { region, profile, endpoint, showValues, fileOf })] : [];
  };
  // All clients share one guard: the account is looked up once.
  const guard = allowedAccounts.length > 0 ? [guardAccount(allowedAccounts, () => aws.identity())] : [];
  const ca = options.credentials ? undefined : await trustedCertificates(settings);
  const client = {
    ...settings.client(attempts),
    region: settled,
    requestHandler: new Connections({ signal, env: options.env, ca }),
  };
  const aws = new Aws({
    config: {
      ...client,
      credentials:
        options.credentials ??
        noted(credentialProvider({ settings, client, ask: options.ask, signal }), secrets),
    },
    endpointOf,
    middleware: (endpoint, region) => [
      ...guard,
      ...(secrets ? [noteSecrets(secrets)] : []),
      ...(signal ? [abortWith(signal)] : []),
      turns,
      ...explaining(endpoint, region),
      denied,
      nameErrors,
      keepFinal,
      noticeLostAnswers,
      ...(limiter ? [limitRate(limiter, signal)] : []),
    ],
    files,
    explain,
    options: { region: options.region, profile },
  });
  return aws;
}

/** The provider, with its secrets noted. */
function noted(provider: Provider, secrets: NotedSecrets | undefined): Provider {
  return async (properties) => {
    const credentials = await provider(properties);
    secrets?.add(credentials.secretAccessKey);
    secrets?.add(credentials.sessionToken);
    return credentials;
  };
}
