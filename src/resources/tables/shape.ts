// A table in the shape of CreateTable, from its fields in slsctl.yml.
import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  KeyType,
  ProvisionedThroughput,
  ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import type { ThingFields } from '../../config/things/kinds.ts';

type Fields = ThingFields<'table'>;
type Key = NonNullable<Fields['partitionKey']>;
type IndexFields = NonNullable<NonNullable<Fields['indexes']>[string]>;

/** Name and type of each key, as slsctl shows them. */
export interface Keys {
  partitionKey: string;
  sortKey?: string;
}

function nameOf(key: Key): string {
  return typeof key === 'string' ? key : key.name;
}

function typeOf(key: Key): ScalarAttributeType {
  return (typeof key === 'string' ? undefined : key.type) ?? 'S';
}

export function keySchema({ partitionKey, sortKey }: Pick<IndexFields, 'sortKey'> & { partitionKey?: Key }) {
  const element = (key: Key, KeyType: KeyType): KeySchemaElement => ({ AttributeName: nameOf(key), KeyType });
  return [
    ...(partitionKey === undefined ? [] : [element(partitionKey, 'HASH')]),
    ...(sortKey === undefined ? [] : [element(sortKey, 'RANGE')]),
  ];
}

/** The attributes that are keys of the table or of an index, each once. */
export function attributeDefinitions({ partitionKey, sortKey, indexes }: Fields): AttributeDefinition[] {
  const ofIndexes = Object.values(indexes ?? {}).flatMap((index) =>
    index ? [index.partitionKey, index.sortKey] : [],
  );
  const types = new Map<string, ScalarAttributeType>();
  for (const key of [partitionKey, sortKey, ...ofIndexes]) {
    if (key === undefined) continue;
    // A name alone means the attribute that another key gives a type.
    const given = typeof key !== 'string' && key.type !== undefined;
    if (given || !types.has(nameOf(key))) types.set(nameOf(key), typeOf(key));
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

/** `userId (S)` for each key. */
export function keysText(
  schema: readonly KeySchemaElement[],
  attributes: readonly AttributeDefinition[],
): string {
  const text = ({ AttributeName }: KeySchemaElement) => {
    const type = attributes.find((one) => one.AttributeName === AttributeName)?.AttributeType;
    return `${AttributeName} (${type})`;
  };
  return schema.map(text).join(', ');
}

export function throughputOf(
  given: NonNullable<Fields['provisionedThroughput']>,
): Required<Pick<ProvisionedThroughput, 'ReadCapacityUnits' | 'WriteCapacityUnits'>> {
  const { readCapacityUnits, writeCapacityUnits } = given;
  return { ReadCapacityUnits: readCapacityUnits, WriteCapacityUnits: writeCapacityUnits };
}

/** `ofTable`: the capacity of the table; undefined: on demand. */
export function indexOf(
  IndexName: string,
  index: IndexFields,
  ofTable: Fields['provisionedThroughput'],
): GlobalSecondaryIndex {
  const { projection = 'ALL', provisionedThroughput = ofTable } = index;
  return {
    IndexName,
    KeySchema: keySchema(index),
    Projection: Array.isArray(projection)
      ? { ProjectionType: 'INCLUDE', NonKeyAttributes: projection }
      : { ProjectionType: projection },
    ...(ofTable && provisionedThroughput
      ? { ProvisionedThroughput: throughputOf(provisionedThroughput) }
      : {}),
  };
}

export function billingMode({ billingMode: mode, provisionedThroughput }: Fields) {
  return mode ?? (provisionedThroughput ? ('PROVISIONED' as const) : undefined);
}
