// Code signing configurations: who may sign code, and which functions require it.

import { randomInt } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import {
  type AllowedPublishers,
  type CodeSigningConfig,
  CodeSigningConfigNotFoundException,
  type CodeSigningPolicy,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import { partitionOf } from '../../../partition.ts';
import type { Handlers } from '../../../service.ts';
import { conflict } from '../errors.ts';
import { checkTags } from '../functions/checks.ts';
import { page } from '../page.ts';
import { arnPattern } from '../patterns.ts';
import type { FunctionRecord, SigningRecord } from '../records.ts';
import { findFunction, parseReference } from '../references.ts';
import { arnOf, type LambdaState, save } from '../state.ts';
import { Violations } from '../violations.ts';

interface Wishes {
  Description?: string;
  AllowedPublishers?: AllowedPublishers;
  CodeSigningPolicies?: { UntrustedArtifactOnDeployment?: CodeSigningPolicy };
}

export const signingConfigPattern =
  'arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:code-signing-config:csc-[a-z0-9]{17}';
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const codeSigning: Handlers<typeof sdk, LambdaState> = {
  CreateCodeSigningConfig({ Tags = {}, ...wishes }, { state, call }) {
    checkWishes(wishes);
    checkTags(Tags);
    const id = `csc-${Array.from({ length: 17 }, () => letters[randomInt(letters.length)]).join('')}`;
    const record: SigningRecord = {
      id,
      arn: `arn:${partitionOf(call.region)}:lambda:${call.region}:${call.account}:code-signing-config:${id}`,
      publishers: [],
      policy: 'Warn',
      tags: Tags,
      lastModified: 0,
    };
    return { CodeSigningConfig: answer(keep(state, call, record, wishes)) };
  },

  UpdateCodeSigningConfig({ CodeSigningConfigArn, ...wishes }, { state, call }) {
    checkWishes(wishes, CodeSigningConfigArn);
    const record = findSigningConfig(state, call, CodeSigningConfigArn);
    return { CodeSigningConfig: answer(keep(state, call, record, wishes)) };
  },

  GetCodeSigningConfig({ CodeSigningConfigArn }, { state, call }) {
    checkWishes({}, CodeSigningConfigArn);
    return { CodeSigningConfig: answer(findSigningConfig(state, call, CodeSigningConfigArn)) };
  },

  DeleteCodeSigningConfig({ CodeSigningConfigArn }, { state, call }) {
    checkWishes({}, CodeSigningConfigArn);
    const record = findSigningConfig(state, call, CodeSigningConfigArn);
    if (usersOf(state, call, record.arn).length > 0) {
      throw conflict(
        `The Lambda code signing configuration ${record.arn} is in use by one or more functions.`,
      );
    }
    state.signing.remove(keyOfConfig(call, record.id));
    return {};
  },

  ListCodeSigningConfigs({ Marker, MaxItems }, { state, call }) {
    new Violations().range(MaxItems, 'maxItems', 1, 10_000).refuse();
    const all = [...state.signing.entries(keyOfConfig(call, ''))];
    const { items, next } = page(all, ([key]) => key, Marker, MaxItems);
    return {
      CodeSigningConfigs: items.map(([, record]) => answer(record)),
      ...(next ? { NextMarker: next } : {}),
    };
  },

  PutFunctionCodeSigningConfig({ CodeSigningConfigArn, FunctionName }, { state, call }) {
    checkWishes({}, CodeSigningConfigArn);
    const config = usableSigningConfig(state, call, CodeSigningConfigArn);
    const record = unqualified(state, call, FunctionName);
    save(state, { ...record, codeSigningConfigArn: config.arn });
    return { CodeSigningConfigArn: config.arn, FunctionName: record.name };
  },

  GetFunctionCodeSigningConfig({ FunctionName }, { state, call }) {
    const { codeSigningConfigArn, name } = unqualified(state, call, FunctionName);
    if (codeSigningConfigArn === undefined) return {} as never;
    return { CodeSigningConfigArn: codeSigningConfigArn, FunctionName: name };
  },

  DeleteFunctionCodeSigningConfig({ FunctionName }, { state, call }) {
    const { codeSigningConfigArn, ...record } = unqualified(state, call, FunctionName);
    if (codeSigningConfigArn !== undefined) save(state, record);
    return {};
  },

  ListFunctionsByCodeSigningConfig({ CodeSigningConfigArn, Marker, MaxItems }, { state, call }) {
    new Violations().range(MaxItems, 'maxItems', 1, 10_000).refuse();
    checkWishes({}, CodeSigningConfigArn);
    const { arn } = findSigningConfig(state, call, CodeSigningConfigArn);
    const { items, next } = page(usersOf(state, call, arn), (user) => user, Marker, MaxItems);
    return { FunctionArns: [...items], ...(next ? { NextMarker: next } : {}) };
  },
};

/** @throws ResourceNotFoundException, here without a Type */
export function findSigningConfig(state: LambdaState, call: Call, arn: string | undefined): SigningRecord {
  const record = lookUp(state, call, arn);
  if (record) return record;
  const message = `The Lambda code signing configuration ${arn} can not be found.`;
  throw Object.assign(new ResourceNotFoundException({ message, Message: message, $metadata: {} }), {
    Type: null,
  });
}

/** The configuration for a function. @throws CodeSigningConfigNotFoundException */
export function usableSigningConfig(state: LambdaState, call: Call, arn: string | undefined): SigningRecord {
  const record = lookUp(state, call, arn);
  if (record) return record;
  const message = `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`;
  throw new CodeSigningConfigNotFoundException({ message, Message: message, Type: 'User', $metadata: {} });
}

export function saveSigningConfig(state: LambdaState, call: Call, record: SigningRecord): void {
  state.signing.put(keyOfConfig(call, record.id), record);
}

function lookUp(state: LambdaState, call: Call, arn = ''): SigningRecord | undefined {
  const record = state.signing.get(keyOfConfig(call, arn.slice(arn.lastIndexOf(':') + 1)));
  return record?.arn === arn ? record : undefined;
}

function keyOfConfig({ account, region }: Call, id: string): string {
  return `${account}/${region}/${id}`;
}

function checkWishes(
  { Description, AllowedPublishers: publishers, CodeSigningPolicies }: Wishes,
  arn?: string,
): void {
  const isArn = new RegExp(`^${arnPattern}$`);
  const places = 'allowedPublishers.signingProfileVersionArns';
  new Violations()
    .pattern(arn, 'codeSigningConfigArn', signingConfigPattern)
    .length(arn, 'codeSigningConfigArn', 200)
    .length(Description, 'description', 256)
    .length(publishers?.SigningProfileVersionArns, places, 20, 1)
    .each(publishers?.SigningProfileVersionArns, places, (value) => isArn.test(value), [
      `Member must satisfy regular expression pattern: ${arnPattern}`,
      'Member must not be null',
    ])
    .oneOf(
      CodeSigningPolicies?.UntrustedArtifactOnDeployment,
      'codeSigningPolicies.untrustedArtifactOnDeployment',
      ['Enforce', 'Warn'],
    )
    .refuse();
}

function keep(
  state: LambdaState,
  call: Call,
  record: SigningRecord,
  { Description, AllowedPublishers: publishers, CodeSigningPolicies }: Wishes,
): SigningRecord {
  const changed: SigningRecord = { ...record, lastModified: Date.now() };
  if (Description !== undefined) changed.description = Description;
  if (publishers?.SigningProfileVersionArns) changed.publishers = publishers.SigningProfileVersionArns;
  if (CodeSigningPolicies?.UntrustedArtifactOnDeployment) {
    changed.policy = CodeSigningPolicies.UntrustedArtifactOnDeployment;
  }
  saveSigningConfig(state, call, changed);
  return changed;
}

function usersOf(state: LambdaState, { account, region }: Call, arn: string): string[] {
  const users: string[] = [];
  for (const [, record] of state.functions.entries(`${account}/${region}/`)) {
    if (record.version === '$LATEST' && record.codeSigningConfigArn === arn) users.push(arnOf(record));
  }
  return users;
}

function unqualified(state: LambdaState, call: Call, FunctionName: string | undefined): FunctionRecord {
  const { name, arn } = parseReference(FunctionName, call);
  return findFunction(state, call, { name, arn, qualifier: undefined });
}

function answer(record: SigningRecord): CodeSigningConfig {
  return {
    CodeSigningConfigId: record.id,
    CodeSigningConfigArn: record.arn,
    Description: record.description,
    AllowedPublishers: { SigningProfileVersionArns: record.publishers },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: record.policy },
    LastModified: new Date(record.lastModified).toISOString().replace('Z', '+0000'),
  };
}
