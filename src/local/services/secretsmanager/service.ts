// The local Secrets Manager: its handlers and state, and how Parameter Store reads secrets.
import * as sdk from '@aws-sdk/client-secrets-manager';
import type { Secrets } from '../../faces.ts';
import type { Service, ServiceHost } from '../../service.ts';
import { list } from './list.ts';
import { passwords } from './passwords.ts';
import { secrets } from './secrets.ts';
import { createSecretsState, lookUp, type SecretsState } from './state.ts';
import { taggedSecrets } from './tagged.ts';
import { tags } from './tags.ts';
import { readValue, values } from './values.ts';

export function createSecretsService({ store, now }: ServiceHost): Service<typeof sdk, SecretsState> {
  const state = createSecretsState(store, now);
  return {
    name: 'secretsmanager',
    protocol: 'json-1.1',
    apiVersion: '2017-10-17',
    target: 'secretsmanager',
    sdk,
    handlers: { ...secrets, ...values, ...list, ...tags, ...passwords },
    state,
    faces: { secrets: secretReader(state) },
    tagged: taggedSecrets(state),
    faulty: () => ({
      500: new sdk.InternalServiceError({ message: 'An error occurred on the server side.', $metadata: {} }),
    }),
  };
}

/** The secrets behind `/aws/reference/secretsmanager/…` of Parameter Store. */
function secretReader(state: SecretsState): Secrets {
  return {
    read: (scope, id) => {
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
    },
  };
}
