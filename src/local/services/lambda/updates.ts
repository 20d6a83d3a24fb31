// Changes of code and settings.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { Call, Handlers } from '../../service.ts';
import { checkRole, checkSettings } from './checks.ts';
import { configurationOf } from './configuration.ts';
import { conflict, invalid, preconditionFailed } from './faults.ts';
import { dropCode, storeCode } from './functions.ts';
import { publish } from './publish.ts';
import { findFunction, parseReference } from './references.ts';
import { arnOf, type FunctionRecord, type LambdaState, type Settings, save } from './state.ts';

export const updates: Handlers<typeof sdk, LambdaState> = {
  async UpdateFunctionCode(input, { state, call }) {
    const { FunctionName, ZipFile, S3Bucket, S3Key, ImageUri, Architectures, Publish, DryRun, RevisionId } =
      input;
    changeable(state, call, FunctionName, RevisionId);
    if (ImageUri !== undefined) {
      throw invalid("Please don't provide ImageUri when updating a function with packageType Zip.");
    }
    checkSettings({ Architectures });
    const code = await storeCode(state, { ZipFile, S3Bucket, S3Key });
    // Again, since storing took a moment.
    const record = changeable(state, call, FunctionName, RevisionId);
    const settings = Architectures ? { ...record.settings, Architectures } : record.settings;
    if (DryRun) return configurationOf({ ...record, settings, code });
    const updated = change(state, record, { settings, code });
    if (record.code.sha256 !== code.sha256) await dropCode(state, [record.code]);
    return Publish
      ? configurationOf(publish(state, updated), String(updated.lastVersion + 1))
      : configurationOf(updated);
  },

  UpdateFunctionConfiguration(input, { state, call }) {
    const { FunctionName, RevisionId, ...given } = input;
    const record = changeable(state, call, FunctionName, RevisionId);
    checkSettings(given);
    checkRole(state.host, given.Role);
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const settings = { ...record.settings, ...changes } as Settings;
    const { LoggingConfig } = given;
    if (LoggingConfig) {
      const before = record.settings.LoggingConfig ?? {};
      // Levels belong to the JSON format and go with it.
      settings.LoggingConfig =
        LoggingConfig.LogFormat === 'Text'
          ? { LogFormat: 'Text', LogGroup: LoggingConfig.LogGroup ?? before.LogGroup }
          : { ...before, ...LoggingConfig };
    }
    return configurationOf(change(state, record, { settings }));
  },
};

/** The function, free to be changed. */
export function changeable(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
  RevisionId: string | undefined,
): FunctionRecord {
  const { name, arn } = parseReference(FunctionName, call);
  const record = findFunction(state, call, { name, arn, qualifier: undefined });
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
  parts: Partial<Pick<FunctionRecord, 'settings' | 'code'>>,
): FunctionRecord {
  const now = Date.now();
  const updated: FunctionRecord = {
    ...record,
    ...parts,
    lastModified: now,
    revisionId: randomUUID(),
    transition: { kind: 'update', until: now + state.delays.update, revisionId: randomUUID() },
  };
  save(state, updated);
  return updated;
}
