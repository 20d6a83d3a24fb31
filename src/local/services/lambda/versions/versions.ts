// Published versions.
import type * as sdk from '@aws-sdk/client-lambda';
import type { Handlers } from '../../../service.ts';
import { invalid, preconditionFailed } from '../errors.ts';
import { configurationOf, listEntry } from '../functions/configuration.ts';
import { publishViolations } from '../functions/settings-model.ts';
import { refuseBusy } from '../functions/updates.ts';
import { page } from '../page.ts';
import { findLatest, parseReference } from '../references.ts';
import { type LambdaState, prefixOf, settled } from '../state.ts';
import { Violations } from '../violations.ts';
import { publish } from './publish.ts';

export const versions: Handlers<typeof sdk, LambdaState> = {
  PublishVersion({ FunctionName, CodeSha256, Description, PublishTo, RevisionId }, { state, call }) {
    const violations = publishViolations(PublishTo, new Violations()).length(Description, 'description', 256);
    const reference = parseReference(FunctionName, call, undefined, { plain: true, violations });
    const record = findLatest(state, call, reference);
    refuseBusy(record);
    if (RevisionId !== undefined && RevisionId !== record.revisionId) throw preconditionFailed();
    if (CodeSha256 && CodeSha256 !== record.code.sha256) {
      throw invalid(
        `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${record.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    const version = settled(publish(state, record, Description));
    return configurationOf(version, version.version);
  },

  ListVersionsByFunction({ FunctionName, Marker, MaxItems }, { state, call }) {
    const reference = parseReference(FunctionName, call);
    findLatest(state, call, reference);
    const records = [...state.functions.entries(prefixOf(call, reference.name))].map(([key, record]) => ({
      key,
      record: settled(record),
    }));
    const { items, next } = page(records, ({ key }) => key, Marker, MaxItems);
    const Versions = items.map(({ record }) => listEntry(record, record.version));
    return { Versions, ...(next ? { NextMarker: next } : {}) };
  },
};
