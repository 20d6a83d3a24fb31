// Finds region, endpoints and profile: from the options first, then from the places where the SDK and the `aws` CLI look.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  fromStatic,
  loadSharedConfigFiles,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
} from '@smithy/core/config';
import { NODE_MAX_ATTEMPT_CONFIG_OPTIONS } from '@smithy/core/retry';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { checkedEndpoint } from './endpoint.ts';

type Section = Record<string, string | undefined>;
type Sections = Record<string, Section>;

/** A setting in the form of the SDK's own. A result of undefined, or an error, means that it is not set there. */
interface Setting<T> {
  environmentVariableSelector(env: Section): T | undefined;
  configFileSelector(section: Section, file?: Sections): T | undefined;
}

export interface SettingsOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** `--profile`. */
  profile?: string;
}

/**
 * The settings of the environment and the shared files. The SDK could find them itself, but only in the environment of
 * the process, and it reads the files only once in a process. So slsctl reads them and passes them to the SDK.
 */
export class Settings {
  readonly env: NodeJS.ProcessEnv;
  /** `default` when the user names no profile. */
  readonly profile: string;
  readonly files: SharedFiles;
  private readonly named?: string;
  private readonly config: Sections;
  private readonly credentials: Sections;

  private constructor(
    { env, profile }: SettingsOptions,
    files: SharedFiles,
    content: { configFile: Sections; credentialsFile: Sections },
  ) {
    this.env = env;
    this.named = profile;
    this.profile = profile || env.AWS_PROFILE || 'default';
    this.files = files;
    this.config = content.configFile;
    this.credentials = content.credentialsFile;
  }

  /** Rejects with a UserError (exit 3) when neither shared file has the profile that the option names. */
  static async load(options: SettingsOptions): Promise<Settings> {
    const files = sharedFiles(options);
    const settings = new Settings(
      options,
      files,
      await loadSharedConfigFiles({ ...files, ignoreCache: true }),
    );
    settings.checkProfile();
    return settings;
  }

  private checkProfile(): void {
    const { named, config, credentials } = this;
    if (!named || Object.hasOwn(config, named) || Object.hasOwn(credentials, named)) return;
    const known = [...new Set([...Object.keys(config), ...Object.keys(credentials)])]
      .filter((name) => !name.includes('.'))
      .sort();
    throw new UserError(`there is no AWS profile ${JSON.stringify(named)}`, exitCodes.credentials, {
      reason: known.length > 0 ? `there are: ${known.join(', ')}` : 'the AWS config files have no profiles',
      next: `pass another --profile, or create it: aws configure --profile ${named}`,
    });
  }

  /**
   * `AWS_DEFAULT_REGION` has the same rank as in the `aws` CLI, so that both use the same region. Last comes the region
   * of the EC2 instance. Rejects with a UserError (exit 2) when no region is set, or when it is not a region name.
   */
  async region(option?: string): Promise<string> {
    const { env, named } = this;
    const given = option || env.AWS_REGION || env.AWS_DEFAULT_REGION;
    if (given) {
      // The region becomes part of a host name; for a bad one the SDK would throw with a stack trace.
      if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(given)) return given;
      throw badInput(`region '${given}' is not a region name`, { next: 'name one like us-east-1' });
    }
    const region = this.find(NODE_REGION_CONFIG_OPTIONS, NODE_REGION_CONFIG_FILE_OPTIONS.preferredFile);
    if (region !== undefined) return region;
    const ofMachine = await this.machineRegion();
    if (ofMachine !== undefined) return ofMachine;
    throw badInput('no AWS region is set', {
      reason: `neither --region, region in slsctl.yml, AWS_REGION nor ${
        named ? `profile '${named}'` : 'the AWS config file'
      } names one`,
      next: 'pass --region us-east-1, or put it into slsctl.yml; --local needs no account',
    });
  }

  private async machineRegion(): Promise<string | undefined> {
    if (this.env.AWS_EC2_METADATA_DISABLED) return undefined;
    return fromStatic(NODE_REGION_CONFIG_OPTIONS.default)().catch(() => undefined);
  }

  /**
   * The endpoint that is configured for a service, checked; undefined: the real AWS. `serviceId` is the SDK's: `Lambda`,
   * `CloudWatch Logs`. The SDK has the same rules, but ignores the profile that an option names.
   */
  endpoint(serviceId: string): string | undefined {
    const words = serviceId.split(' ').join('_');
    const ignored = this.find({
      environmentVariableSelector: (env) => flag(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS),
      configFileSelector: (section) => flag(section.ignore_configured_endpoint_urls),
    });
    if (ignored) return undefined;
    const endpoint = this.find({
      environmentVariableSelector: (env) =>
        env[`AWS_ENDPOINT_URL_${words.toUpperCase()}`] || env.AWS_ENDPOINT_URL || undefined,
      configFileSelector: (section, file) => {
        const services = section.services ? file?.[`services.${section.services}`] : undefined;
        return services?.[`${words.toLowerCase()}.endpoint_url`] || section.endpoint_url || undefined;
      },
    });
    return endpoint && checkedEndpoint(endpoint, `the endpoint set for ${serviceId}`);
  }

  /** Client settings that the user may have configured. `attempts` applies unless the environment sets another number. */
  client(attempts: number) {
    return {
      profile: this.profile,
      retryMode: 'standard',
      maxAttempts: this.env.AWS_MAX_ATTEMPTS ? this.find(NODE_MAX_ATTEMPT_CONFIG_OPTIONS) : attempts,
      useDualstackEndpoint: this.find(NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS) ?? false,
      useFipsEndpoint: this.find(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS) ?? false,
      // `endpoint` above reads these.
      ignoreConfiguredEndpointUrls: true,
    };
  }

  private find<T>(setting: Setting<T>, preferred: 'config' | 'credentials' = 'config'): T | undefined {
    const { env, profile, config, credentials } = this;
    const [first, second] = preferred === 'config' ? [config, credentials] : [credentials, config];
    const section = { ...second[profile], ...first[profile] };
    return (
      attempt(() => setting.environmentVariableSelector(env)) ??
      attempt(() => setting.configFileSelector(section, first))
    );
  }
}

/** Paths of the shared files, in the form that the SDK expects. */
export interface SharedFiles {
  /** The credentials file. */
  filepath: string;
  configFilepath: string;
}

function sharedFiles({ cwd, env }: SettingsOptions): SharedFiles {
  const drive = env.HOMEPATH && `${env.HOMEDRIVE ?? 'C:\\'}${env.HOMEPATH}`;
  const home = env.HOME || env.USERPROFILE || drive || homedir();
  const path = (named: string | undefined, name: string) => {
    if (!named) return join(home, '.aws', name);
    return named.startsWith('~/') ? join(home, named.slice(2)) : resolve(cwd, named);
  };
  return {
    filepath: path(env.AWS_SHARED_CREDENTIALS_FILE, 'credentials'),
    configFilepath: path(env.AWS_CONFIG_FILE, 'config'),
  };
}

function attempt<T>(find: () => T | undefined): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function flag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.toLowerCase() === 'true';
}
