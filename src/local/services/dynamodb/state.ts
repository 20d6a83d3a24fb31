// The records of DynamoDB in the store, their keys, and how a request finds its table.
import { randomBytes } from 'node:crypto';
import type {
  AttributeDefinition,
  BillingMode,
  OnDemandThroughput,
  PointInTimeRecoverySpecification,
  ProjectionType,
  SSESpecification,
  TableClass,
  WarmThroughput,
} from '@aws-sdk/client-dynamodb';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { Violations } from '../lambda/violations.ts';
import { noTable, validation } from './errors.ts';
import { StreamLog } from './streams/log.ts';
import type { KeyNames } from './values/keys.ts';
import type { Item, ScalarType } from './values/value.ts';

export interface Throughput {
  readonly read: number;
  readonly write: number;
  /** When it was last raised and lowered, in epoch milliseconds. */
  readonly raised?: number;
  readonly lowered?: number;
}

export interface IndexRecord {
  /** The beginning of the keys of its entries. */
  readonly id: string;
  readonly name: string;
  readonly global: boolean;
  readonly keys: KeyNames;
  readonly projection: { readonly type: ProjectionType; readonly attributes: readonly string[] };
  readonly throughput: Throughput;
  readonly onDemand?: OnDemandThroughput;
  readonly warm?: WarmThroughput;
}

export interface TableRecord {
  /** Twelve hexadecimal digits. A table that is created again under the same name gets another id. */
  readonly id: string;
  readonly uuid: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly attributes: readonly AttributeDefinition[];
  /** The types of the key attributes of the table and its indexes. */
  readonly types: Readonly<Record<string, ScalarType>>;
  readonly keys: KeyNames;
  readonly indexes: readonly IndexRecord[];
  readonly billing: BillingMode;
  /** When it was changed to on-demand capacity. */
  readonly onDemandSince?: number;
  /** Set once the billing mode has been changed. */
  readonly billingChanged?: true;
  readonly throughput: Throughput;
  readonly onDemand?: OnDemandThroughput;
  readonly warm?: WarmThroughput;
  readonly deletionProtected: boolean;
  readonly class?: TableClass;
  readonly sse?: SSESpecification;
  /** The ARN of its latest stream, also when that is disabled. */
  readonly stream?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The attribute that says when an item expires. */
  readonly ttl?: string;
  readonly recovery?: PointInTimeRecoverySpecification & { readonly since: number };
}

export interface Size {
  readonly items: number;
  readonly bytes: number;
}

export interface DynamoState {
  /** Keys: `account/region/table name`. */
  readonly tables: Collection<TableRecord>;
  /** Keys: see `itemKey`. */
  readonly items: Collection<Item>;
  /** The keys of items. Keys: see `entryKey`. */
  readonly entries: Collection<string>;
  /** What tables contain. Keys: the ids of tables. */
  readonly sizes: Collection<Size>;
  /** Items that expire. Keys: `epoch seconds, padded/digest of the item's key`. */
  readonly expiry: Collection<{ readonly table: string; readonly item: string }>;
  /** The idempotency tokens of transactions. Keys: `account/region/token`. */
  readonly tokens: Collection<{ readonly used: number; readonly digest: string }>;
  /** When old tokens were last removed. */
  tokensCleaned: number;
  readonly log: StreamLog;
  /** Called with the time at which an item expires, in epoch milliseconds. */
  expires: (due: number) => void;
  readonly host: ServiceHost;
  now(): number;
}

export function createDynamoState(host: ServiceHost): DynamoState {
  const { store, now } = host;
  return {
    tables: cached(store.collection<TableRecord>('dynamodb.tables')),
    items: store.collection('dynamodb.items'),
    entries: store.collection('dynamodb.entries'),
    sizes: cached(store.collection<Size>('dynamodb.sizes')),
    expiry: store.collection('dynamodb.expiry'),
    tokens: store.collection('dynamodb.tokens'),
    tokensCleaned: 0,
    log: new StreamLog(store, now),
    expires: () => {},
    host,
    now,
  };
}

export const newId = (): string => randomBytes(6).toString('hex');

export const tableKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;

export const tableArn = ({ account, region }: Scope, name: string): string =>
  `arn:${partitionOf(region)}:dynamodb:${region}:${account}:table/${name}`;

const arnForm = /^arn:[\w-]+:dynamodb:([^:]*):([^:]*):table\/([^/]+)(?:\/|$)/;

/** The name of a table, which requests may also give as an ARN. @throws ValidationException */
export function nameOf(nameOrArn: string): string {
  const name = nameOrArn.startsWith('arn:') ? (arnForm.exec(nameOrArn)?.[3] ?? '') : nameOrArn;
  new Violations().length(name, 'tableName', 255, name === '' ? 1 : 3).refuse();
  new Violations().pattern(name, 'tableName', '[a-zA-Z0-9_.-]+').refuse();
  return name;
}

/** Finds a table by name or ARN. Only those of the caller's account and region are found. */
export function lookUp(state: DynamoState, scope: Scope, nameOrArn: string): TableRecord | undefined {
  const [, region = scope.region, account = scope.account] = arnForm.exec(nameOrArn) ?? [];
  if (region !== scope.region || account !== scope.account) return undefined;
  return state.tables.get(tableKey(scope, nameOf(nameOrArn)));
}

/** For operations on tables, whose error names the table. @throws ResourceNotFoundException */
export function findTable(state: DynamoState, scope: Scope, nameOrArn = ''): TableRecord {
  const table = lookUp(state, scope, nameOrArn);
  if (!table) throw noTable(nameOf(nameOrArn));
  return table;
}

/** For operations on items, whose error does not name the table. @throws ResourceNotFoundException */
export function tableOfItems(state: DynamoState, scope: Scope, nameOrArn = ''): TableRecord {
  const table = lookUp(state, scope, nameOrArn);
  if (!table) throw noTable();
  return table;
}

export function save(state: DynamoState, table: TableRecord): void {
  state.tables.put(tableKey(table, table.name), table);
}

/** @throws ValidationException */
export function findIndex(table: TableRecord, name: string): IndexRecord {
  const index = table.indexes.find((one) => one.name === name);
  if (!index) throw validation(`The table does not have the specified index: ${name}`);
  return index;
}
