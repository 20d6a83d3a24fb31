// UpdateFunctionCode and UpdateFunctionConfiguration.

import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { conflict, invalid, preconditionFailed } from '../errors.ts';
import type { FunctionRecord, Settings } from '../records.ts';
import { findLatest, parseReference } from '../references.ts';
import { arnOf, type LambdaState, save } from '../state.ts';
import { publish } from '../versions/publish.ts';
import type { Violations } from '../violations.ts';
import { checkRequestSize, checkRole, checkSettings, checkSnapStart } from './checks.ts';
import { configurationOf } from './configuration.ts';
import { dropCode, storeCode } from './functions.ts';
import { checkLayers, checkTotalSize } from './layers.ts';
import { codeViolations, publishViolations, settingsViolations } from './settings-model.ts';

export const updates: Handlers<typeof sdk, LambdaState> = {
  async UpdateFunctionCode(input, { state, call }) {
    const {
      FunctionName,
      ZipFile,
      S3Bucket,
      S3Key,
      S3ObjectVersion,
      ImageUri,
      Architectures,
      Publish,
      PublishTo,
      DryRun,
      RevisionId,
    } = input;
    checkRequestSize('UpdateFunctionCode', ZipFile);
    const violations = codeViolations(
      input,
      '',
      publishViolations(PublishTo, settingsViolations({ Architectures })),
    );
    const before = changeable(state, call, FunctionName, RevisionId, violations);
    if (ImageUri !== undefined) {
      throw invalid("Please don't provide ImageUri when updating a function with packageType Zip.");
    }
    const code = await storeCode(state, call, { ZipFile, S3Bucket, S3Key, S3ObjectVersion });
    try {
      checkTotalSize(code, before.layers);
      // Read again, because storing the code took time.
      const record = changeable(state, call, FunctionName, RevisionId);
      const settings = Architectures ? { ...record.settings, Architectures } : record.settings;
      if (DryRun) return configurationOf({ ...record, settings, code });
      const updated = change(state, record, { settings, code });
      if (!Publish) return configurationOf(updated);
      const version = publish(state, updated);
      return configurationOf(version, version.version);
    } finally {
      state.code.release(code.sha256);
      await dropCode(state, [code, before.code]);
    }
  },

  async UpdateFunctionConfiguration(input, { state, call }) {
    const { FunctionName, RevisionId, Layers, ...given } = input;
    const violations = settingsViolations({ ...given, Layers });
    const before = changeable(state, call, FunctionName, RevisionId, violations, () => {
      checkSettings(given);
    });
    checkSnapStart(merged(before.settings, given));
    checkCapacity(before.settings, given);
    checkRole(state.host, given.Role);
    const layers = Layers ? checkLayers(state, call, Layers) : before.layers;
    checkTotalSize(before.code, layers);
    if (Layers) await state.code.combine(layers.map(({ code }) => code));
    const record = changeable(state, call, FunctionName, RevisionId);
    const updated = change(state, record, { settings: merged(record.settings, given), layers });
    if (Layers) {
      await dropCode(
        state,
        before.layers.map(({ code }) => code),
        [before.layers],
      );
    }
    return configurationOf(shownAfter(record, updated, given));
  },
};

/** The answer to a removal of the dead-letter queue still shows it. */
function shownAfter(
  { settings: { DeadLetterConfig } }: FunctionRecord,
  updated: FunctionRecord,
  given: Partial<Settings>,
): FunctionRecord {
  const removed = given.DeadLetterConfig && given.DeadLetterConfig.TargetArn === undefined;
  return removed ? { ...updated, settings: { ...updated.settings, DeadLetterConfig } } : updated;
}

/** Whether a function runs on instances of a capacity provider is fixed at its creation. */
function checkCapacity(before: Settings, given: Partial<Settings>): void {
  if (!given.CapacityProviderConfig || before.CapacityProviderConfig) return;
  throw invalid("CapacityProviderConfig isn't supported for Lambda Default functions.");
}

function merged(before: Settings, given: Partial<Settings>): Settings {
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const settings = { ...before, ...changes } as Settings;
  const { LoggingConfig } = given;
  if (LoggingConfig) {
    const { LogGroup, ...levels } = before.LoggingConfig ?? {};
    // Log levels belong to the JSON format and are removed with it.
    settings.LoggingConfig =
      LoggingConfig.LogFormat === 'Text'
        ? { LogGroup, ...LoggingConfig }
        : { LogGroup, ...levels, ...LoggingConfig };
  }
  return settings;
}

/** A function that is not being changed already. `check` runs before the function is looked up. */
export function changeable(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
  RevisionId: string | undefined,
  violations?: Violations,
  check?: () => void,
): FunctionRecord {
  const reference = parseReference(FunctionName, call, undefined, { plain: true, violations });
  check?.();
  const record = findLatest(state, call, reference);
  refuseBusy(record);
  if (RevisionId !== undefined && RevisionId !== record.revisionId) throw preconditionFailed();
  return record;
}

export function refuseBusy(record: FunctionRecord): void {
  const { transition } = record;
  if (!transition) return;
  throw conflict(
    transition.kind === 'update'
      ? `The operation cannot be performed at this time. An update is in progress for resource: ${arnOf(record)}`
      : 'The operation cannot be performed at this time. The function is currently in the following state: Pending',
  );
}

function change(
  state: LambdaState,
  record: FunctionRecord,
  parts: Partial<Pick<FunctionRecord, 'settings' | 'code' | 'layers'>>,
): FunctionRecord {
  const now = Date.now();
  const updated: FunctionRecord = {
    ...record,
    ...parts,
    contentId: randomUUID(),
    lastModified: now,
    revisionId: randomUUID(),
    transition: { kind: 'update', until: now + state.delays.update, revisionId: randomUUID() },
  };
  save(state, updated);
  return updated;
}
