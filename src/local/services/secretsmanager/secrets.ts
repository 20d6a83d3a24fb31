// Secrets: creating, updating, describing, deleting and restoring them.
import type * as sdk from '@aws-sdk/client-secrets-manager';
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { Handlers } from '../../service.ts';
import { fromTagList, toTagList } from '../tag-lists.ts';
import { checkName, checkTags, checkValue } from './checks.ts';
import { exists, invalid, invalidRequest, notFound } from './errors.ts';
import {
  alive,
  findSecret,
  findUsable,
  lookUp,
  newArn,
  type SecretRecord,
  type SecretsState,
  save,
  secretKey,
} from './state.ts';
import { current, stagesById, withVersion } from './versions.ts';

const day = 86_400_000;

export const secrets: Handlers<typeof sdk, SecretsState> = {
  CreateSecret(input, { state, call }) {
    const { Name = '', ClientRequestToken = '', Description, KmsKeyId, Tags = [], Type } = input;
    checkName(Name);
    checkValue(input);
    const tags = fromTagList(Tags);
    checkTags(tags);
    const there = alive(state, state.secrets.get(secretKey(call, Name)));
    if (there?.deleted) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (there && !there.versions.some(({ id }) => id === ClientRequestToken)) {
      throw exists(`The operation failed because the secret ${Name} already exists.`);
    }
    const now = state.now();
    let secret: SecretRecord = there ?? {
      name: Name,
      arn: newArn(call, Name),
      ...(Description ? { description: Description } : {}),
      ...(KmsKeyId ? { kmsKeyId: KmsKeyId } : {}),
      ...(Type ? { type: Type } : {}),
      tags,
      created: now,
      changed: now,
      versions: [],
    };
    const valued = input.SecretString !== undefined || input.SecretBinary !== undefined;
    if (valued) secret = withVersion(secret, ClientRequestToken, input, [current], now);
    save(state, call, secret);
    return { ARN: secret.arn, Name, ...(valued ? { VersionId: ClientRequestToken } : {}) };
  },

  UpdateSecret(input, { state, call }) {
    const { SecretId, ClientRequestToken = '', Description, KmsKeyId, Type } = input;
    checkValue(input);
    const before = findUsable(state, call, SecretId);
    const now = state.now();
    let secret: SecretRecord = {
      ...before,
      description: Description ?? before.description,
      kmsKeyId: KmsKeyId ?? before.kmsKeyId,
      type: Type ?? before.type,
      changed: now,
    };
    const valued = input.SecretString !== undefined || input.SecretBinary !== undefined;
    if (valued) secret = withVersion(secret, ClientRequestToken, input, [current], now);
    save(state, call, secret);
    return { ARN: secret.arn, Name: secret.name, ...(valued ? { VersionId: ClientRequestToken } : {}) };
  },

  DescribeSecret({ SecretId }, { state, call }) {
    const secret = findSecret(state, call, SecretId);
    return { ...described(secret), VersionIdsToStages: stagesById(secret) };
  },

  DeleteSecret({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }, { state, call }) {
    if (RecoveryWindowInDays !== undefined && ForceDeleteWithoutRecovery) {
      throw invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    if (RecoveryWindowInDays !== undefined && !(RecoveryWindowInDays >= 7 && RecoveryWindowInDays <= 30)) {
      throw invalid('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
    }
    const now = state.now();
    if (ForceDeleteWithoutRecovery) {
      const id = SecretId ?? '';
      const secret = lookUp(state, call, id);
      if (secret) state.secrets.remove(secretKey(call, secret.name));
      else checkName(id.startsWith('arn:') ? (id.split(':').at(-1) ?? '') : id);
      return {
        ARN: secret?.arn ?? (id.startsWith('arn:') ? id : newArn(call, id)),
        Name: secret?.name ?? id,
        DeletionDate: new Date(now),
      };
    }
    const secret = findUsable(state, call, SecretId);
    const due = now + (RecoveryWindowInDays ?? 30) * day;
    save(state, call, { ...secret, deleted: { asked: now, due } });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(due) };
  },

  RestoreSecret({ SecretId }, { state, call }) {
    const { deleted: _, ...secret } = findSecret(state, call, SecretId);
    save(state, call, secret);
    return { ARN: secret.arn, Name: secret.name };
  },

  GetResourcePolicy({ SecretId }, { state, call }) {
    const { arn, name, policy } = findSecret(state, call, SecretId);
    return { ARN: arn, Name: name, ...(policy === undefined ? {} : { ResourcePolicy: policy }) };
  },

  PutResourcePolicy({ SecretId, ResourcePolicy = '' }, { state, call }) {
    const secret = findUsable(state, call, SecretId);
    save(state, call, { ...secret, policy: ResourcePolicy });
    return { ARN: secret.arn, Name: secret.name };
  },

  DeleteResourcePolicy({ SecretId }, { state, call }) {
    const { policy: _, ...secret } = findSecret(state, call, SecretId);
    if (!secret.arn) throw notFound();
    save(state, call, secret);
    return { ARN: secret.arn, Name: secret.name };
  },
};

/** The fields that DescribeSecret and ListSecrets share. */
export function described(secret: SecretRecord): Omit<DescribeSecretResponse, 'VersionIdsToStages'> {
  const { accessed, deleted } = secret;
  const tags = toTagList(secret.tags);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.type ? { Type: secret.type } : {}),
    ...(secret.description ? { Description: secret.description } : {}),
    ...(secret.kmsKeyId ? { KmsKeyId: secret.kmsKeyId } : {}),
    LastChangedDate: new Date(secret.changed),
    ...(accessed === undefined ? {} : { LastAccessedDate: new Date(accessed) }),
    ...(deleted ? { DeletedDate: new Date(deleted.asked) } : {}),
    ...(tags.length > 0 ? { Tags: tags } : {}),
    CreatedDate: new Date(secret.created),
  };
}
