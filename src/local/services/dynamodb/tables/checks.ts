// The rules for tables and indexes in requests.
import type {
  AttributeDefinition,
  BillingMode,
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
} from '@aws-sdk/client-dynamodb';
import { Violations } from '../../lambda/violations.ts';
import { invalid, validation } from '../errors.ts';
import type { Throughput } from '../state.ts';
import type { KeyNames } from '../values/keys.ts';
import type { ScalarType } from '../values/value.ts';

const largest = 1_000_000_000_000;
const projectionTypes = ['ALL', 'INCLUDE', 'KEYS_ONLY'];

/** @throws ValidationException */
export function checkModel(input: CreateTableInput): void {
  const violations = new Violations()
    .oneOf(input.BillingMode, 'billingMode', ['PROVISIONED', 'PAY_PER_REQUEST'])
    .oneOf(input.TableClass, 'tableClass', ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'])
    .length(input.KeySchema?.map(shownElement), 'keySchema', 2, 1);
  input.AttributeDefinitions?.forEach(({ AttributeType }, index) => {
    violations.oneOf(AttributeType, `attributeDefinitions.${index + 1}.member.attributeType`, [
      'B',
      'N',
      'S',
    ]);
  });
  input.KeySchema?.forEach(({ KeyType }, index) => {
    violations.oneOf(KeyType, `keySchema.${index + 1}.member.keyType`, ['HASH', 'RANGE']);
  });
  checkCapacityModel(violations, input.ProvisionedThroughput, 'provisionedThroughput');
  for (const member of ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'] as const) {
    input[member]?.forEach((index, at) => {
      const place = `${member.charAt(0).toLowerCase()}${member.slice(1)}.${at + 1}.member`;
      violations
        .pattern(index.IndexName, `${place}.indexName`, '[a-zA-Z0-9_.-]+')
        .length(index.IndexName, `${place}.indexName`, 255, 3)
        .oneOf(index.Projection?.ProjectionType, `${place}.projection.projectionType`, projectionTypes);
    });
  }
  violations.refuse();
}

const shownElement = ({ AttributeName, KeyType }: KeySchemaElement): string =>
  `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`;

export function checkCapacityModel(
  violations: Violations,
  throughput: ProvisionedThroughput | undefined,
  place: string,
): void {
  violations
    .range(throughput?.WriteCapacityUnits, `${place}.writeCapacityUnits`, 1)
    .range(throughput?.ReadCapacityUnits, `${place}.readCapacityUnits`, 1);
}

/** The capacity of a table. @throws ValidationException */
export function checkedThroughput(
  billing: BillingMode,
  throughput: ProvisionedThroughput | undefined,
): Throughput {
  if (billing === 'PAY_PER_REQUEST') {
    if (!throughput) return { read: 0, write: 0 };
    throw invalid(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = throughput ?? {};
  if (!read || !write) {
    throw invalid(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  for (const [name, value] of Object.entries({ ReadCapacityUnits: read, WriteCapacityUnits: write })) {
    if (value > largest) throw validation(`Given value ${value} for ${name} is out of bounds`);
  }
  return { read, write };
}

export type Definitions = Readonly<Record<string, ScalarType>>;

export const definitionsOf = (attributes: readonly AttributeDefinition[] | undefined): Definitions =>
  Object.fromEntries(
    (attributes ?? []).map(({ AttributeName = '', AttributeType }) => [
      AttributeName,
      AttributeType as ScalarType,
    ]),
  );

/** The key of a table or an index. @throws ValidationException */
export function checkedSchema(schema: readonly KeySchemaElement[] = [], types: Definitions): KeyNames {
  const names = schema.map(({ AttributeName = '' }) => AttributeName);
  const [first, second] = schema;
  if (names.some((name) => types[name] === undefined)) {
    throw invalid(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(', ')}], AttributeDefinitions: [${Object.keys(types).join(', ')}]`,
    );
  }
  if (names.length > 1 && names[0] === names[1]) {
    throw validation('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  if (first?.KeyType !== 'HASH') {
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (second && second.KeyType !== 'RANGE') {
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  const [hash = '', range] = names;
  return range === undefined ? { hash } : { hash, range };
}

/** @throws ValidationException */
export function checkProjection({ ProjectionType, NonKeyAttributes }: Projection = {}): void {
  if (ProjectionType === undefined) throw invalid('Unknown ProjectionType: null');
  if (NonKeyAttributes && ProjectionType !== 'INCLUDE') {
    throw invalid(`ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`);
  }
}

/** @throws ValidationException */
export function checkIndexLists(input: CreateTableInput, keys: KeyNames): void {
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = input;
  for (const [member, list] of Object.entries({
    LocalSecondaryIndexes: local,
    GlobalSecondaryIndexes: global,
  })) {
    if (list?.length === 0) throw invalid(`List of ${member} is empty`);
  }
  if (local && keys.range === undefined) {
    throw invalid(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  if ((local?.length ?? 0) > 5) throw invalid('Number of LocalSecondaryIndexes exceeds per-table limit of 5');
  if ((global?.length ?? 0) > 20) {
    throw invalid('GlobalSecondaryIndex count exceeds the per-table limit of 20');
  }
  const names = [...(local ?? []), ...(global ?? [])].map(({ IndexName }) => IndexName);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw invalid(`Duplicate index name: ${twice}`);
}

/** @throws ValidationException */
export function checkLocalKeys(index: LocalSecondaryIndex, keys: KeyNames, own: KeyNames): void {
  if (own.range === undefined) {
    throw invalid(`Index KeySchema does not have a range key for index: ${index.IndexName}`);
  }
  if (own.hash !== keys.hash) {
    throw invalid(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${own.hash}, table hash key: ${keys.hash}`,
    );
  }
}

/** @throws ValidationException */
export function checkGlobalCapacity(index: GlobalSecondaryIndex, billing: BillingMode): void {
  if (billing === 'PAY_PER_REQUEST' && index.ProvisionedThroughput) {
    throw invalid(
      `ProvisionedThroughput should not be specified for index: ${index.IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (billing === 'PROVISIONED' && !index.ProvisionedThroughput) {
    throw invalid(`ProvisionedThroughput must be specified for index: ${index.IndexName}`);
  }
}

/** Every defined attribute must be part of a key. @throws ValidationException */
export function checkDefinitions(types: Definitions, keys: readonly KeyNames[]): void {
  const used = new Set(keys.flatMap(({ hash, range }) => (range === undefined ? [hash] : [hash, range])));
  if (Object.keys(types).length === used.size) return;
  if (keys.length === 1) {
    throw invalid(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  throw invalid(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${Object.keys(types).join(', ')}], keys used: [${[...used].join(', ')}]`,
  );
}
