// Finds environment variables that look like secrets, by their names: they are not written into slsctl.yml.

import { looksSecret } from '../../secrets/names.ts';

/** The fields without these variables, and the names of the variables. `all`: keep every variable. */
export function withoutSecrets(
  fields: Record<string, unknown>,
  all?: boolean,
): { fields: Record<string, unknown>; secrets: string[] } {
  const variables = Object.entries((fields.environment ?? {}) as Record<string, string>);
  const secrets = all ? [] : variables.map(([key]) => key).filter((key) => looksSecret(key));
  const kept = variables.filter(([key]) => !secrets.includes(key));
  const environment = kept.length > 0 || secrets.length > 0 ? Object.fromEntries(kept) : undefined;
  return { fields: { ...fields, environment }, secrets };
}

export function secretsComment(secrets: readonly string[]): string {
  return `Live and left out here: ${secrets.join(', ')}. To declare one: \${secret:NAME}, \${ssm:/NAME} or \${env:NAME}`;
}
