// Finds region, endpoints and profile: from the options first, then from the places where the SDK and the `aws` CLI look.
import {
  fromStatic,
  loadSharedConfigFiles,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
} from '@smithy/core/config';
import { NODE_MAX_ATTEMPT_CONFIG_OPTIONS } from '@smithy/core/retry';
import { badInput } from '../errors/user-error.ts';
import { checkedEndpoint } from './endpoint.ts';
import { type ChosenProfile, chooseProfile, refuseUnknown } from './profile.ts';
import { type Section, type Sections, type SharedFiles, sharedFiles } from './shared-files.ts';

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
  /** `profile:` of slsctl.yml. */
  projectProfile?: string;
  /** The credentials are known, so no profile needs to exist. */
  known?: boolean;
}

/**
 * The settings of the environment and the shared files. The SDK could find them itself, but only in the environment of
 * the process, and it reads the files only once in a process. So slsctl reads them and passes them to the SDK.
 */
export class Settings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly files: SharedFiles;
  /** Section names as the SDK gives them: `team`, `sso-session.team`. */
  readonly config: Sections;
  readonly credentials: Sections;
  private readonly chosen: ChosenProfile;

  private constructor(
    options: SettingsOptions,
    files: SharedFiles,
    content: { configFile: Sections; credentialsFile: Sections },
  ) {
    this.cwd = options.cwd;
    this.env = options.env;
    this.files = files;
    this.config = content.configFile;
    this.credentials = content.credentialsFile;
    this.chosen = chooseProfile(options, (name) => this.hasProfile(name));
    if (!options.known && this.chosen.from && !this.hasProfile(this.chosen.name)) {
      refuseUnknown(this.chosen, [...Object.keys(this.config), ...Object.keys(this.credentials)]);
    }
  }

  /** Rejects with a UserError (exit 3) when neither shared file has the profile that the user named. */
  static async load(options: SettingsOptions): Promise<Settings> {
    const files = sharedFiles(options);
    return new Settings(options, files, await loadSharedConfigFiles({ ...files, ignoreCache: true }));
  }

  /** `default` when the user names no profile. */
  get profile(): string {
    return this.chosen.name;
  }

  /** `AWS_PROFILE`, `slsctl.yml` …; undefined: nothing names the profile. */
  get chosenBy(): string | undefined {
    return this.chosen.from;
  }

  /** The profile rules out the credentials of the environment, as `--profile` does. */
  get profileByOption(): boolean {
    return this.namedProfile !== undefined;
  }

  hasProfile(name: string): boolean {
    return Object.hasOwn(this.config, name) || Object.hasOwn(this.credentials, name);
  }

  /** The fields of a profile in both files. */
  section(name: string): Section {
    return { ...this.config[name], ...this.credentials[name] };
  }

  /** The profile that an `aws` command must name to use the same credentials. */
  get namedProfile(): string | undefined {
    const { name, from } = this.chosen;
    return from === '--profile' || from === 'slsctl.yml' ? name : undefined;
  }

  /**
   * `AWS_DEFAULT_REGION` has the same rank as in the `aws` CLI, so that both use the same region. Last comes the region
   * of the EC2 instance. Rejects with a UserError (exit 2) when no region is set, or when it is not a region name.
   */
  async region(option?: string): Promise<string> {
    const { env, chosen } = this;
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
        chosen.from ? `profile '${chosen.name}'` : 'the AWS config file'
      } names one`,
      next: 'pass --region us-east-1, or put it into slsctl.yml; --local needs no account',
    });
  }

  /** Whether the EC2 instance may be asked; only `true` turns this off, as in the `aws` CLI. */
  get machineAsked(): boolean {
    return this.env.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true';
  }

  private async machineRegion(): Promise<string | undefined> {
    if (!this.machineAsked) return undefined;
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
