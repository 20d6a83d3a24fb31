// Function URLs: their configuration.

import { randomInt } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { Cors, FunctionUrlAuthType, FunctionUrlConfig, InvokeMode } from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import { siteUrl } from '../../../http/site-address.ts';
import type { Handlers } from '../../../service.ts';
import { conflict, notFound } from '../errors.ts';
import { page } from '../page.ts';
import type { UrlRecord } from '../records.ts';
import { parseReference, type Reference } from '../references.ts';
import { keyOf, type LambdaState } from '../state.ts';
import { attachmentKey, findTarget } from '../targets.ts';
import { removeUrl } from '../urls/records.ts';
import { Violations } from '../violations.ts';

interface Wishes {
  AuthType?: FunctionUrlAuthType;
  InvokeMode?: InvokeMode;
  Cors?: Cors;
}

const aliasPattern = '((?!^\\d+$)^[0-9a-zA-Z-_]+$)';
const letters = 'abcdefghijklmnopqrstuvwxyz234567';

export const functionUrls: Handlers<typeof sdk, LambdaState> = {
  CreateFunctionUrlConfig({ FunctionName, Qualifier, ...wishes }, { state, call }) {
    const reference = referenceOf(call, FunctionName, Qualifier, wishes);
    const target = findTarget(state, call, reference);
    if (!target) throw notFound('Function does not exist');
    if (state.urls.get(target.key)) {
      throw conflict(
        `Failed to create function url config for [functionArn = ${target.arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    }
    const now = Date.now();
    const record: UrlRecord = {
      id: Array.from({ length: 32 }, () => letters[randomInt(letters.length)]).join(''),
      functionArn: target.arn,
      region: call.region,
      authType: wishes.AuthType ?? 'NONE',
      ...(wishes.InvokeMode ? { invokeMode: wishes.InvokeMode } : {}),
      ...(wishes.Cors ? { cors: wishes.Cors } : {}),
      created: now,
      lastModified: now,
    };
    state.urls.put(target.key, record);
    const { LastModifiedTime: _, ...config } = answer(state, record);
    return config;
  },

  UpdateFunctionUrlConfig({ FunctionName, Qualifier, ...wishes }, { state, call }) {
    const reference = referenceOf(call, FunctionName, Qualifier, wishes);
    if (!findTarget(state, call, reference)) throw notFound('Function does not exist');
    const record = existing(state, call, reference);
    const updated: UrlRecord = {
      ...record,
      authType: wishes.AuthType ?? record.authType,
      ...(wishes.InvokeMode ? { invokeMode: wishes.InvokeMode } : {}),
      ...(wishes.Cors ? { cors: wishes.Cors } : {}),
      lastModified: Date.now(),
    };
    state.urls.put(attachmentKey(call, reference), updated);
    return answer(state, updated);
  },

  GetFunctionUrlConfig({ FunctionName, Qualifier }, { state, call }) {
    return shown(state, existing(state, call, referenceOf(call, FunctionName, Qualifier)));
  },

  DeleteFunctionUrlConfig({ FunctionName, Qualifier }, { state, call }) {
    const reference = referenceOf(call, FunctionName, Qualifier);
    existing(state, call, reference);
    removeUrl(state, attachmentKey(call, reference));
    return {};
  },

  ListFunctionUrlConfigs({ FunctionName, Marker, MaxItems }, { state, call }) {
    new Violations().range(MaxItems, 'maxItems', 1, 50).refuse();
    const { name, arn } = parseReference(FunctionName, call, undefined, { plain: true });
    if (!findTarget(state, call, { name, arn, qualifier: undefined })) {
      throw notFound('Function does not exist');
    }
    const all = [...state.urls.entries(keyOf(call, name, ''))];
    const { items, next } = page(all, ([key]) => key, Marker, MaxItems);
    return {
      FunctionUrlConfigs: items.map(([, record]) => shown(state, record)),
      ...(next ? { NextMarker: next } : {}),
    };
  },
};

function referenceOf(
  call: Call,
  FunctionName: string | undefined,
  Qualifier: string | undefined,
  { AuthType, InvokeMode, Cors }: Wishes = {},
): Reference {
  const short = (longest: number) => (value: string) => value.length <= longest;
  const lengths = (longest: number, least = 0) => [
    `Member must have length less than or equal to ${longest}`,
    `Member must have length greater than or equal to ${least}`,
    'Member must satisfy regular expression pattern: .*',
    'Member must not be null',
  ];
  const violations = new Violations()
    .oneOf(AuthType, 'authType', ['AWS_IAM', 'NONE'])
    .oneOf(InvokeMode, 'invokeMode', ['RESPONSE_STREAM', 'BUFFERED'])
    .length(Cors?.AllowHeaders, 'cors.allowHeaders', 100)
    .each(Cors?.AllowHeaders, 'cors.allowHeaders', short(1024), lengths(1024))
    .length(Cors?.AllowMethods, 'cors.allowMethods', 6)
    .each(Cors?.AllowMethods, 'cors.allowMethods', short(6), lengths(6))
    .length(Cors?.AllowOrigins, 'cors.allowOrigins', 100)
    .each(Cors?.AllowOrigins, 'cors.allowOrigins', short(253), lengths(253, 1))
    .length(Cors?.ExposeHeaders, 'cors.exposeHeaders', 100)
    .each(Cors?.ExposeHeaders, 'cors.exposeHeaders', short(1024), lengths(1024))
    .range(Cors?.MaxAge, 'cors.maxAge', 0, 86_400);
  const reference = parseReference(FunctionName, call, Qualifier, {
    plain: true,
    qualifierPattern: aliasPattern,
    violations,
  });
  new Violations().pattern(reference.qualifier, 'qualifier', aliasPattern).refuse();
  return reference;
}

function existing(state: LambdaState, call: Call, reference: Reference): UrlRecord {
  const record = state.urls.get(attachmentKey(call, reference));
  if (!record) throw notFound('The resource you requested does not exist.');
  return record;
}

const shown = (state: LambdaState, record: UrlRecord): FunctionUrlConfig => ({
  InvokeMode: 'BUFFERED',
  ...answer(state, record),
});

/** The answer after a change: without InvokeMode if none was ever sent. */
function answer({ host }: LambdaState, record: UrlRecord): FunctionUrlConfig {
  return {
    FunctionUrl: `${siteUrl({ kind: 'lambda-url', ...record }, host.endpoint())}/`,
    FunctionArn: record.functionArn,
    CreationTime: new Date(record.created).toISOString(),
    LastModifiedTime: new Date(record.lastModified).toISOString(),
    ...(record.cors ? { Cors: record.cors } : {}),
    AuthType: record.authType,
    ...(record.invokeMode ? { InvokeMode: record.invokeMode } : {}),
  };
}
