// Functions: created, looked at, listed, deleted.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { Handlers } from '../../service.ts';
import { checkRole, checkSettings, checkTags } from './checks.ts';
import type { StoredCode } from './code-store.ts';
import { configurationOf, listEntry } from './configuration.ts';
import { conflict, invalid, notFound, tooLarge, validation, violation } from './faults.ts';
import { page } from './page.ts';
import { publish } from './publish.ts';
import { findFunction, namePattern, parseReference } from './references.ts';
import { type FunctionRecord, keyOf, type LambdaState, save, settled } from './state.ts';
import { dropAttachments } from './targets.ts';

const largestZip = 52_428_800;

export const functions: Handlers<typeof sdk, LambdaState> = {
  async CreateFunction(input, { state, call }) {
    const { FunctionName, Code, Tags = {}, Publish, PublishTo: _, CodeSigningConfigArn, ...settings } = input;
    const given = FunctionName ?? '';
    if (given.length > 140 || (given.length > 64 && !given.includes(':'))) {
      throw invalid(violation(given, 'functionName', 'Member must have length less than or equal to 64'));
    }
    if (!new RegExp(`^${namePattern}$`).test(given)) {
      throw validation(
        violation(given, 'functionName', `Member must satisfy regular expression pattern: ${namePattern}`),
      );
    }
    const { name } = parseReference(given, call);
    checkSettings(settings);
    checkTags(Tags);
    if ((settings.PackageType ?? 'Zip') === 'Zip') {
      if (!settings.Runtime || !settings.Handler) {
        throw invalid(
          'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
        );
      }
    }
    if (state.functions.get(keyOf(call, name))) throw conflict(`Function already exist: ${name}`);
    checkRole(state.host, settings.Role);
    const code = await storeCode(state, Code);
    // Storing takes a moment in which another request may have come first.
    if (state.functions.get(keyOf(call, name))) throw conflict(`Function already exist: ${name}`);
    const now = Date.now();
    const record: FunctionRecord = {
      name,
      account: call.account,
      region: call.region,
      version: '$LATEST',
      settings,
      code,
      tags: Tags,
      lastModified: now,
      revisionId: randomUUID(),
      transition: { kind: 'create', until: now + state.delays.create, revisionId: randomUUID() },
      codeSigningConfigArn: CodeSigningConfigArn,
      lastVersion: 0,
    };
    save(state, record);
    if (!Publish) return configurationOf(record);
    return { ...configurationOf(record), Version: publish(state, record).version };
  },

  GetFunction({ FunctionName, Qualifier }, { state, call }) {
    const reference = parseReference(FunctionName, call, Qualifier);
    const record = findFunction(state, call, reference);
    const { tags, reservedConcurrency } = latest(state, record);
    return {
      Configuration: configurationOf(record, reference.qualifier),
      Code: {
        RepositoryType: 'S3',
        Location: `${call.endpoint}/_slsctl/lambda/${state.code.token(record.code)}`,
      },
      ...(Object.keys(tags).length > 0 ? { Tags: tags } : {}),
      ...(reservedConcurrency === undefined
        ? {}
        : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    };
  },

  GetFunctionConfiguration({ FunctionName, Qualifier }, { state, call }) {
    const reference = parseReference(FunctionName, call, Qualifier);
    return configurationOf(findFunction(state, call, reference), reference.qualifier);
  },

  ListFunctions({ FunctionVersion, Marker, MaxItems }, { state, call }) {
    if (FunctionVersion !== undefined && FunctionVersion !== 'ALL') {
      throw validation(
        violation(FunctionVersion, 'functionVersion', 'Member must satisfy enum value set: [ALL]'),
      );
    }
    const all = FunctionVersion === 'ALL';
    const records = [...state.functions.entries(`${call.account}/${call.region}/`)]
      .map(([, record]) => settled(record))
      .filter(({ version }) => all || version === '$LATEST');
    const { items, next } = page(records, keyOfRecord, Marker, MaxItems);
    const Functions = items.map((record) => listEntry(record, all ? record.version : undefined));
    return { Functions, ...(next ? { NextMarker: next } : {}) };
  },

  async DeleteFunction({ FunctionName, Qualifier }, { state, call }) {
    const reference = parseReference(FunctionName, call, Qualifier);
    const { name, qualifier, arn } = reference;
    if (qualifier === '$LATEST') {
      throw invalid('$LATEST version cannot be deleted without deleting the function.');
    }
    if (!state.functions.get(keyOf(call, name))) throw notFound(`Function not found: ${arn}`);
    const prefix = `${call.account}/${call.region}/${name}/`;
    const gone = [...state.functions.entries(prefix)].filter(
      ([, record]) => qualifier === undefined || record.version === qualifier,
    );
    for (const [key] of gone) state.functions.remove(key);
    dropAttachments(state, call, name, qualifier);
    state.pool.retire(call.account, call.region, name);
    await dropCode(
      state,
      gone.map(([, record]) => record.code),
    );
    return {};
  },
};

function keyOfRecord(record: FunctionRecord): string {
  return keyOf(record, record.name, record.version);
}

/** Tags and reserved concurrency belong to the function, not to a version. */
function latest(state: LambdaState, record: FunctionRecord): FunctionRecord {
  return state.functions.get(keyOf(record, record.name)) ?? record;
}

/** Keeps what a request brings as code. */
export async function storeCode(state: LambdaState, code: FunctionCode | undefined): Promise<StoredCode> {
  const zip = code?.ZipFile;
  if (zip === undefined) {
    if (code?.S3Bucket !== undefined) {
      throw invalid(
        'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
      );
    }
    if (code?.ImageUri !== undefined)
      throw invalid('Container images are not supported locally (slsctl local).');
    throw invalid('Please provide a source for function code.');
  }
  if (zip.length > largestZip) throw tooLarge(`Zipped size must be smaller than ${largestZip} bytes`);
  return state.code.add(zip);
}

/** Deletes code that no function has any more. */
export async function dropCode(state: LambdaState, candidates: readonly StoredCode[]): Promise<void> {
  const used = new Set<string>();
  for (const [, { code }] of state.functions.entries()) used.add(code.sha256);
  const unused = candidates.filter(({ sha256 }) => !used.has(sha256));
  await Promise.all(unused.map((code) => state.code.remove(code)));
}
