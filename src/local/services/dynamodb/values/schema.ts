// The attributes of a key as answers show them.
import type { KeySchemaElement } from '@aws-sdk/client-dynamodb';
import type { KeyNames } from './keys.ts';

export function schemaOf({ hash, range }: KeyNames): KeySchemaElement[] {
  const schema: KeySchemaElement[] = [{ AttributeName: hash, KeyType: 'HASH' }];
  if (range !== undefined) schema.push({ AttributeName: range, KeyType: 'RANGE' });
  return schema;
}
