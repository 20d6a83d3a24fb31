// Reads Parameter Store and Secrets Manager. A separate file, so that their clients are loaded only when needed.
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { exitCodes, UserError } from '../errors/user-error.ts';

export interface Parameter {
  value: string;
  /** The value is stored encrypted, so it must not be shown. */
  secure: boolean;
}

/** The most names that one GetParameters accepts. */
const atOnce = 10;

/** The parameters by name. Rejects with a UserError when one is missing. */
export async function askParameters(
  client: SSMClient,
  names: readonly string[],
): Promise<Map<string, Parameter>> {
  const groups = Array.from({ length: Math.ceil(names.length / atOnce) }, (_, index) =>
    names.slice(index * atOnce, (index + 1) * atOnce),
  );
  const answers = await Promise.all(
    groups.map((Names) => client.send(new GetParametersCommand({ Names, WithDecryption: true }))),
  );
  const parameters = new Map<string, Parameter>();
  for (const { Name = '', Selector = '', Value = '', Type } of answers.flatMap(
    ({ Parameters = [] }) => Parameters,
  )) {
    const parameter = { value: Value, secure: Type === 'SecureString' };
    parameters.set(Name, parameter);
    if (Selector) parameters.set(`${Name}${Selector}`, parameter);
  }
  const missing = names.filter((name) => !parameters.has(name));
  if (missing.length === 0) return parameters;
  throw new UserError(
    `Parameter Store has no ${missing.join(', ')} in this account and region`,
    exitCodes.failed,
    { next: `create it: aws ssm put-parameter --name ${missing[0]} --type SecureString --value VALUE` },
  );
}

/** The text of a secret, or of one key of a secret that is JSON (`name#key`). */
export async function askSecret(client: SecretsManagerClient, reference: string): Promise<string> {
  const [SecretId = '', key] = reference.split(/#(.*)/s);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  if (SecretString === undefined) {
    throw new UserError(`secret ${SecretId} holds bytes, not text`, exitCodes.failed);
  }
  if (key === undefined) return SecretString;
  const value = member(SecretString, key);
  if (value === undefined) {
    throw new UserError(`secret ${SecretId} is not a JSON object with the key ${JSON.stringify(key)}`);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function member(text: string, key: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, key)
      ? (parsed as Record<string, unknown>)[key]
      : undefined;
  } catch {
    return undefined;
  }
}
