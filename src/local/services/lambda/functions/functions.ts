// Functions: creating, reading, listing and deleting them.

import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { codeFromS3 } from '../code/from-s3.ts';
import { signingConfigPattern, usableSigningConfig } from '../code/signing.ts';
import { conflict, entityTooLarge, invalid, violation } from '../errors.ts';
import { storedPage } from '../page.ts';
import type { FunctionRecord, StoredCode, UsedLayer } from '../records.ts';
import { findFunction, findLatest, parseReference } from '../references.ts';
import { keyOf, type LambdaState, prefixOf, save, settled } from '../state.ts';
import { dropAttachments } from '../targets.ts';
import { publish } from '../versions/publish.ts';
import { Violations } from '../violations.ts';
import {
  checkPackage,
  checkRequestSize,
  checkRole,
  checkSettings,
  checkSnapStart,
  checkTags,
} from './checks.ts';
import { configurationOf, listEntry } from './configuration.ts';
import { checkLayers, checkTotalSize } from './layers.ts';
import { codeViolations, publishViolations, settingsViolations } from './settings-model.ts';

const largestZip = 52_428_800;

export const functions: Handlers<typeof sdk, LambdaState> = {
  async CreateFunction(input, { state, call }) {
    const { FunctionName, Code, Tags = {}, Publish, PublishTo, CodeSigningConfigArn, ...given } = input;
    const { Layers = [], ...settings } = given;
    checkRequestSize('CreateFunction', Code?.ZipFile);
    const violations = codeViolations(Code, 'code.', publishViolations(PublishTo, settingsViolations(given)))
      .length(CodeSigningConfigArn, 'codeSigningConfigArn', 200)
      .pattern(CodeSigningConfigArn, 'codeSigningConfigArn', signingConfigPattern);
    const { name } = parseReference(FunctionName, call, undefined, { plain: true, violations });
    if (name.length > 64) {
      throw invalid(
        violation(FunctionName, 'functionName', 'Member must have length less than or equal to 64'),
      );
    }
    checkSettings(given);
    checkTags(Tags);
    checkPackage(settings, Code);
    checkSnapStart(settings);
    const layers = checkLayers(state, call, Layers);
    if (state.functions.get(keyOf(call, name))) throw conflict(`Function already exist: ${name}`);
    if (CodeSigningConfigArn !== undefined) usableSigningConfig(state, call, CodeSigningConfigArn);
    checkRole(state.host, settings.Role);
    const code = await storeCode(state, call, Code);
    try {
      checkTotalSize(code, layers);
      await state.code.combine(layers.map((layer) => layer.code));
      // Storing the code takes time. Another request may have created the function meanwhile.
      if (state.functions.get(keyOf(call, name))) throw conflict(`Function already exist: ${name}`);
      const now = Date.now();
      const record: FunctionRecord = {
        name,
        account: call.account,
        region: call.region,
        version: '$LATEST',
        settings,
        layers,
        code,
        contentId: randomUUID(),
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
    } finally {
      state.code.release(code.sha256);
      await dropCode(state, [code]);
    }
  },

  GetFunction({ FunctionName, Qualifier }, { state, call }) {
    const reference = parseReference(FunctionName, call, Qualifier);
    const record = findFunction(state, call, reference);
    const { tags, reservedConcurrency } = latest(state, record);
    return {
      Configuration: configurationOf(record, reference.qualifier),
      Code: { RepositoryType: 'S3', Location: location(state, call.endpoint, record.code) },
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

  ListFunctions({ FunctionVersion, Marker, MaxItems, MasterRegion }, { state, call }) {
    new Violations()
      .oneOf(FunctionVersion, 'functionVersion', ['ALL'])
      .pattern(MasterRegion, 'masterRegion', 'ALL|[a-z]{2}(-gov)?-[a-z]+-\\d{1}')
      .refuse();
    const all = FunctionVersion === 'ALL';
    const home = `${call.account}/${call.region}/`;
    const listed = ({ version }: FunctionRecord) => all || version === '$LATEST';
    const { items, next } = storedPage(state.functions, home, listed, Marker, MaxItems);
    const Functions = items.map((record) => listEntry(settled(record), all ? record.version : undefined));
    return { Functions, ...(next ? { NextMarker: next } : {}) };
  },

  async DeleteFunction({ FunctionName, Qualifier }, { state, call }) {
    const reference = parseReference(FunctionName, call, Qualifier);
    const { name, qualifier } = reference;
    if (qualifier === '$LATEST') {
      throw invalid('$LATEST version cannot be deleted without deleting the function.');
    }
    if (qualifier !== undefined && /^(?!\d+$)[a-zA-Z0-9-_]+$/.test(qualifier)) {
      throw invalid('Deletion of aliases is not currently supported.');
    }
    findLatest(state, call, reference);
    const prefix = prefixOf(call, name);
    if (qualifier !== undefined) refuseAliased(state, prefix, qualifier);
    const gone = [...state.functions.entries(prefix)].filter(
      ([, record]) => qualifier === undefined || record.version === qualifier,
    );
    for (const [key] of gone) {
      state.functions.remove(key);
      state.provisioned.remove(key);
    }
    if (qualifier === undefined) {
      for (const [key] of [...state.aliases.entries(prefix)]) state.aliases.remove(key);
      for (const [key] of [...state.provisioned.entries(prefix)]) state.provisioned.remove(key);
    }
    dropAttachments(state, call, name, qualifier);
    state.pool.retire(call.account, call.region, name);
    await dropCode(
      state,
      gone.flatMap(([, { code, layers }]) => [code, ...layers.map((layer) => layer.code)]),
      gone.map(([, { layers }]) => layers),
    );
    return { StatusCode: 204 };
  },
};

function refuseAliased(state: LambdaState, prefix: string, version: string): void {
  const names = [...state.aliases.entries(prefix)]
    .map(([, alias]) => alias)
    .filter(({ functionVersion, weights = {} }) => functionVersion === version || version in weights)
    .map((alias) => alias.name);
  if (names.length === 0) return;
  throw conflict(
    `Unable to delete version because the following aliases reference it: [${names.join(', ')}]`,
  );
}

/** Tags and reserved concurrency belong to the function, not to a version. */
function latest(state: LambdaState, record: FunctionRecord): FunctionRecord {
  return state.functions.get(keyOf(record, record.name)) ?? record;
}

/** The download URL of a zip. */
export function location(state: LambdaState, endpoint: string, code: StoredCode): string {
  return `${endpoint}/_slsctl/lambda/${state.code.token(code)}`;
}

/** Stores the code of a request and claims it until it is released. */
export async function storeCode(
  state: LambdaState,
  call: Call,
  code: FunctionCode | undefined,
): Promise<StoredCode> {
  const zip = code?.ZipFile;
  if (zip === undefined) {
    if (code?.S3Bucket !== undefined) return state.code.add(await codeFromS3(state, call, code));
    if (code?.ImageUri !== undefined)
      throw invalid('Container images are not supported locally (slsctl local).');
    throw invalid('Please provide a source for function code.');
  }
  if (zip.length > largestZip) throw entityTooLarge(`Zipped size must be smaller than ${largestZip} bytes`);
  return state.code.add(zip);
}

/** Deletes code that no function and no layer uses, and unused combinations of layers. */
export async function dropCode(
  state: LambdaState,
  candidates: readonly StoredCode[],
  combinations: readonly (readonly UsedLayer[])[] = [],
): Promise<void> {
  const digestsOf = (layers: readonly UsedLayer[]) => layers.map(({ code }) => code.sha256);
  const used = new Set<string>();
  const combined = new Set<string>();
  for (const [, { code, layers }] of state.functions.entries()) {
    used.add(code.sha256);
    for (const digest of digestsOf(layers)) used.add(digest);
    combined.add(digestsOf(layers).join());
  }
  for (const [, { code }] of state.layers.entries()) used.add(code.sha256);
  const unused = new Set(candidates.map(({ sha256 }) => sha256).filter((digest) => !used.has(digest)));
  const apart = combinations.filter((layers) => layers.length > 1 && !combined.has(digestsOf(layers).join()));
  await Promise.all([
    ...[...unused].map((digest) => state.code.remove(digest)),
    ...apart.map((layers) => state.code.remove(...digestsOf(layers))),
  ]);
}
