// A table as it is on AWS.
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { Tags } from '../owned/ownership.ts';

export interface LiveTable {
  table: TableDescription;
  tags: Tags;
  /** The attribute of time to live; undefined: it is off, or nobody asked. */
  ttl?: string;
  /** undefined: nobody asked. */
  pointInTimeRecovery?: boolean;
}

/** What takes a call of its own to read, and is read only where slsctl.yml says something about it. */
export interface TableParts {
  readonly ttl: boolean;
  readonly backups: boolean;
}
