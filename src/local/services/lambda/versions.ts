// Published versions.
import type * as sdk from '@aws-sdk/client-lambda';
import type { Handlers } from '../../service.ts';
import { configurationOf, listEntry } from './configuration.ts';
import { invalid, notFound, preconditionFailed } from './faults.ts';
import { page } from './page.ts';
import { publish } from './publish.ts';
import { findFunction, parseReference } from './references.ts';
import { keyOf, type LambdaState, settled } from './state.ts';
import { refuseBusy } from './updates.ts';

export const versions: Handlers<typeof sdk, LambdaState> = {
  PublishVersion({ FunctionName, CodeSha256, Description, RevisionId }, { state, call }) {
    const { name, arn } = parseReference(FunctionName, call);
    const record = findFunction(state, call, { name, arn, qualifier: undefined });
    refuseBusy(record);
    if (RevisionId !== undefined && RevisionId !== record.revisionId) throw preconditionFailed();
    if (CodeSha256 !== undefined && CodeSha256 !== record.code.sha256) {
      throw invalid(
        `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${record.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    const version = publish(state, record, Description);
    return configurationOf(version, version.version);
  },

  ListVersionsByFunction({ FunctionName, Marker, MaxItems }, { state, call }) {
    const { name, arn } = parseReference(FunctionName, call);
    if (!state.functions.get(keyOf(call, name))) throw notFound(`Function not found: ${arn}`);
    const records = [...state.functions.entries(`${call.account}/${call.region}/${name}/`)].map(
      ([key, record]) => ({ key, record: settled(record) }),
    );
    const { items, next } = page(records, ({ key }) => key, Marker, MaxItems);
    const Versions = items.map(({ record }) => listEntry(record, record.version));
    return { Versions, ...(next ? { NextMarker: next } : {}) };
  },
};
