// The local Secrets Manager: its handlers and state, and how Parameter Store reads secrets.
import * as sdk from '@aws-sdk/client-secrets-manager';
import type { Scope, Service } from '../../service.ts';
import type { Store } from '../../store/store.ts';
import { list } from './list.ts';
import { passwords } from './passwords.ts';
import { secrets } from './secrets.ts';
import { createSecretsState, lookUp, type SecretsState } from './state.ts';
import { tags } from './tags.ts';
import { readValue, values } from './values.ts';

/** `now` answers epoch milliseconds. */
export function createSecretsService(
  store: Store,
  now: () => number = Date.now,
): Service<typeof sdk, SecretsState> {
  return {
    name: 'secretsmanager',
    protocol: 'json-1.1',
    sdk,
    handlers: { ...secrets, ...values, ...list, ...tags, ...passwords },
    state: createSecretsState(store, now),
  };
}

/** What `/aws/reference/secretsmanager/…` of Parameter Store shows. */
export function secretReader(state: SecretsState) {
  return (scope: Scope, id: string) => {
    const secret = lookUp(state, scope, id);
    if (!secret || secret.deleted) return undefined;
    const { ARN, Name, VersionId, SecretString, SecretBinary, VersionStages, CreatedDate } = readValue(
      state,
      scope,
      secret.name,
    );
    const value = SecretString ?? Buffer.from(SecretBinary ?? []).toString('base64');
    const source = {
      ARN,
      name: Name,
      versionId: VersionId,
      secretString: value,
      versionStages: VersionStages,
      createdDate: CreatedDate,
    };
    return { value, created: CreatedDate.getTime(), source: JSON.stringify(source) };
  };
}
