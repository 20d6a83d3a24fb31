// Point-in-time recovery: the setting is kept, and there is nothing to recover from.
import type * as sdk from '@aws-sdk/client-dynamodb';
import type { ContinuousBackupsDescription } from '@aws-sdk/client-dynamodb';
import { TableNotFoundException } from '@aws-sdk/client-dynamodb';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { Violations } from '../../lambda/violations.ts';
import { type DynamoState, lookUp, save, type TableRecord } from '../state.ts';

const defaultDays = 35;

export const backups: Handlers<typeof sdk, DynamoState> = {
  UpdateContinuousBackups({ TableName, PointInTimeRecoverySpecification: wanted }, { state, call }) {
    new Violations()
      .range(
        wanted?.RecoveryPeriodInDays,
        'pointInTimeRecoverySpecification.recoveryPeriodInDays',
        1,
        defaultDays,
      )
      .refuse();
    const { recovery, ...table } = find(state, call, TableName);
    const since = recovery?.since ?? state.now();
    const changed: TableRecord = wanted?.PointInTimeRecoveryEnabled
      ? { ...table, recovery: { ...wanted, since } }
      : table;
    save(state, changed);
    return { ContinuousBackupsDescription: describe(state, changed) };
  },

  DescribeContinuousBackups({ TableName }, { state, call }) {
    return { ContinuousBackupsDescription: describe(state, find(state, call, TableName)) };
  },
};

/** @throws TableNotFoundException, which only these operations have */
function find(state: DynamoState, scope: Scope, name = ''): TableRecord {
  const table = lookUp(state, scope, name);
  if (!table) throw new TableNotFoundException({ message: `Table not found: ${name}`, $metadata: {} });
  return table;
}

function describe(state: DynamoState, { recovery }: TableRecord): ContinuousBackupsDescription {
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: recovery
      ? {
          EarliestRestorableDateTime: new Date(recovery.since),
          LatestRestorableDateTime: new Date(state.now()),
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: recovery.RecoveryPeriodInDays ?? defaultDays,
        }
      : { PointInTimeRecoveryStatus: 'DISABLED' },
  };
}
