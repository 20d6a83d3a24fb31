// Which region and endpoints the user means: options first, then where the SDK and the `aws` CLI look.
import {
  loadConfig,
  loadSharedConfigFiles,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from '@smithy/core/config';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';

/**
 * `AWS_DEFAULT_REGION` comes where the CLI has it, so that both mean the same region.
 * Rejects with a UserError (exit 2) when no region is set anywhere.
 */
export async function resolveRegion(region?: string, profile?: string): Promise<string> {
  const named = region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (named) {
    // The name becomes part of a host name; the SDK would say so with a stack trace.
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(named)) {
      throw badInput(`region '${named}' is not a region name`, { next: 'name one like us-east-1' });
    }
    return named;
  }
  try {
    const load = loadConfig(NODE_REGION_CONFIG_OPTIONS, { ...NODE_REGION_CONFIG_FILE_OPTIONS, profile });
    return await load();
  } catch (cause) {
    throw badInput('no AWS region is set', {
      reason: `neither --region, region in slsctl.yml, AWS_REGION nor ${
        profile ? `profile '${profile}'` : 'the AWS config file'
      } names one`,
      next: 'pass --region us-east-1, or put it into slsctl.yml; --local needs no account',
      cause,
    });
  }
}

/** Rejects with a UserError (exit 3) when neither of the shared files has the profile. */
export async function checkProfile(profile?: string): Promise<void> {
  if (!profile) return;
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  if (Object.hasOwn(configFile, profile) || Object.hasOwn(credentialsFile, profile)) return;
  const known = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])]
    .filter((name) => !name.includes('.'))
    .sort();
  throw new UserError(`there is no AWS profile ${JSON.stringify(profile)}`, exitCodes.credentials, {
    reason: known.length > 0 ? `there are: ${known.join(', ')}` : 'the AWS config files have no profiles',
    next: `pass another --profile, or make it: aws configure --profile ${profile}`,
  });
}

/**
 * The endpoint that the environment or the shared config file sets for a service; undefined: AWS itself.
 * `serviceId` is the SDK's: `Lambda`, `CloudWatch Logs`. The SDK looks the same way, but never in the
 * profile that an option names.
 */
export async function configuredEndpoint(serviceId: string, profile?: string): Promise<string | undefined> {
  const words = serviceId.split(' ').join('_');
  const ignore = await loadConfig<boolean>(
    {
      environmentVariableSelector: (env) => flag(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS),
      configFileSelector: (section) => flag(section.ignore_configured_endpoint_urls),
      default: false,
    },
    { profile },
  )();
  if (ignore) return undefined;
  return loadConfig<string | undefined>(
    {
      environmentVariableSelector: (env) =>
        env[`AWS_ENDPOINT_URL_${words.toUpperCase()}`] || env.AWS_ENDPOINT_URL || undefined,
      configFileSelector: (section, file) => {
        const services = section.services ? file?.[`services.${section.services}`] : undefined;
        return services?.[`${words.toLowerCase()}.endpoint_url`] || section.endpoint_url || undefined;
      },
      default: undefined,
    },
    { profile },
  )();
}

function flag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.toLowerCase() === 'true';
}
