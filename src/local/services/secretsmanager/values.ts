// Values of secrets: reading and putting them, listing their versions, moving labels.
import type * as sdk from '@aws-sdk/client-secrets-manager';
import {
  type APIErrorType,
  type GetSecretValueResponse,
  SecretsManagerServiceException,
  type SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import type { Scope } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { page } from '../pages.ts';
import { checkValue } from './checks.ts';
import { invalid, invalidRequest, invalidToken, noValue } from './errors.ts';
import { listed } from './list.ts';
import {
  findSecret,
  findUsable,
  type SecretRecord,
  type SecretsState,
  type SecretVersion,
  save,
} from './state.ts';
import { current, moved, withVersion } from './versions.ts';

const day = 86_400_000;

export const values: Handlers<typeof sdk, SecretsState> = {
  GetSecretValue({ SecretId, VersionId, VersionStage }, { state, call }) {
    new Violations()
      .length(VersionId, 'versionId', 64, 32)
      .length(VersionStage, 'versionStage', 256, 1)
      .refuse();
    return readValue(state, call, SecretId, VersionId, VersionStage);
  },

  BatchGetSecretValue({ SecretIdList, Filters, MaxResults, NextToken: token }, { state, call }) {
    if ((SecretIdList === undefined) === (Filters === undefined)) {
      throw invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
    }
    if (SecretIdList && MaxResults !== undefined) {
      throw invalid(
        "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
      );
    }
    new Violations()
      .length(SecretIdList, 'secretIdList', 20, 1)
      .range(MaxResults, 'maxResults', 1, 20)
      .refuse();
    const ids = SecretIdList ?? listed(state, call, { Filters }).map(({ arn }) => arn);
    const { items, next } = page(ids, (id) => id, token, MaxResults ?? 20, invalidToken);
    const SecretValues: SecretValueEntry[] = [];
    const Errors: APIErrorType[] = [];
    for (const SecretId of items) {
      try {
        SecretValues.push(readValue(state, call, SecretId));
      } catch (error) {
        if (!(error instanceof SecretsManagerServiceException)) throw error;
        Errors.push({ SecretId, ErrorCode: error.name, Message: error.message });
      }
    }
    return { SecretValues, Errors, NextToken: next };
  },

  PutSecretValue(input, { state, call }) {
    const { SecretId, ClientRequestToken = '', VersionStages } = input;
    new Violations().length(VersionStages, 'versionStages', 20, 1).refuse();
    checkValue(input);
    const before = findUsable(state, call, SecretId);
    if (input.SecretString === undefined && input.SecretBinary === undefined) {
      throw invalidRequest('You must provide either SecretString or SecretBinary.');
    }
    const secret = withVersion(before, ClientRequestToken, input, VersionStages ?? [current], state.now());
    save(state, call, secret);
    const version = secret.versions.find(({ id }) => id === ClientRequestToken);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: ClientRequestToken,
      VersionStages: [...(version?.stages ?? [])],
    };
  },

  ListSecretVersionIds(input, { state, call }) {
    const { SecretId, IncludeDeprecated, MaxResults, NextToken: token } = input;
    new Violations().range(MaxResults, 'maxResults', 1, 100).refuse();
    const secret = findSecret(state, call, SecretId);
    const versions = secret.versions.filter(({ stages }) => IncludeDeprecated || stages.length > 0);
    const { items, next } = page(versions, ({ id }) => id, token, MaxResults ?? 100, invalidToken);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: items.map((version) => ({
        VersionId: version.id,
        ...(version.stages.length > 0 ? { VersionStages: [...version.stages] } : {}),
        ...(version.accessed === undefined ? {} : { LastAccessedDate: new Date(version.accessed) }),
        CreatedDate: new Date(version.created),
        KmsKeyIds: [version.kmsKeyId ?? 'DefaultEncryptionKey'],
      })),
      NextToken: next,
    };
  },

  UpdateSecretVersionStage(input, { state, call }) {
    const { SecretId, VersionStage = '', RemoveFromVersionId: from, MoveToVersionId: to } = input;
    new Violations().length(VersionStage, 'versionStage', 256, 1).refuse();
    const secret = findUsable(state, call, SecretId);
    const holder = secret.versions.find(({ stages }) => stages.includes(VersionStage));
    for (const id of [from, to]) {
      if (id !== undefined && !secret.versions.some((version) => version.id === id)) {
        throw noValue(`VersionId: ${id}`);
      }
    }
    if (holder && holder.id !== to && from !== holder.id) {
      throw invalid(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${VersionStage} is currently attached to ` +
          `version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    if (VersionStage === current && to === undefined) {
      throw invalid(
        `You can only move staging label ${current} to a different secret version. It can't be completely removed.`,
      );
    }
    const versions = moved(secret.versions, VersionStage, to);
    save(state, call, { ...secret, versions, changed: state.now() });
    return { ARN: secret.arn, Name: secret.name };
  },
};

/** Records the day of the last read, as AWS does. */
export function readValue(
  state: SecretsState,
  scope: Scope,
  secretId: string | undefined,
  versionId?: string,
  stage?: string,
): GetSecretValueResponse & { CreatedDate: Date } {
  const secret = findUsable(state, scope, secretId);
  const version = findVersion(secret, versionId, stage);
  const accessed = Math.floor(state.now() / day) * day;
  if (version.accessed !== accessed || secret.accessed !== accessed) {
    const versions = secret.versions.map((one) => (one === version ? { ...one, accessed } : one));
    save(state, scope, { ...secret, versions, accessed });
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(version.binary === undefined ? {} : { SecretBinary: Buffer.from(version.binary, 'base64') }),
    ...(version.string === undefined ? {} : { SecretString: version.string }),
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.created),
  };
}

function findVersion(
  { versions }: SecretRecord,
  id: string | undefined,
  stage: string | undefined,
): SecretVersion {
  if (id === undefined) {
    const wanted = stage ?? current;
    const version = versions.find(({ stages }) => stages.includes(wanted));
    if (!version) throw noValue(`staging label: ${wanted}`);
    return version;
  }
  const version = versions.find((one) => one.id === id);
  if (!version) throw noValue(`VersionId: ${id}`);
  if (stage !== undefined && !version.stages.includes(stage)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  return version;
}
