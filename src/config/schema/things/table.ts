// `tables:`: tables of Amazon DynamoDB.
import * as z from 'zod';
import { fields, list, matching, oneOf, refuse, text, whole, yesOrNo } from '../checks.ts';
import { common, kmsKey, resettable } from './shared-fields.ts';

const tableName = matching(/^[\w.-]{3,255}$/, 'letters, digits, ., - and _, from 3 to 255');
const attribute = text('the name of an attribute').min(1, { error: 'the name of an attribute' });

const key = z.union(
  [
    attribute,
    fields({
      name: attribute.describe('Name of the attribute.'),
      type: oneOf(['S', 'N', 'B']).optional().meta({
        description: 'S: text, N: number, B: bytes.',
        default: 'S',
      }),
    }),
  ],
  { error: 'the name of an attribute, or { name, type }' },
);

const capacity = whole({ min: 1, max: 40_000 }, 'units');
const throughput = fields({
  readCapacityUnits: capacity.describe('Reads a second.'),
  writeCapacityUnits: capacity.describe('Writes a second.'),
});

const index = fields({
  partitionKey: key.describe('Partition key of the index.'),
  sortKey: key.optional().describe('Sort key of the index.'),
  projection: z
    .union([oneOf(['ALL', 'KEYS_ONLY']), list(attribute, 'a list of attributes', 100)], {
      error: 'ALL, KEYS_ONLY, or a list of attributes',
    })
    .optional()
    .meta({ description: 'Attributes that the index has, beside the keys.', default: 'ALL' }),
  provisionedThroughput: throughput
    .optional()
    .describe('Capacity of the index; without it, that of the table.'),
});

export const tableSchema = fields({
  ...common(tableName, 'table', 'users'),
  partitionKey: key.optional().meta({
    description:
      'Partition key, which every table has: the name of an attribute with text, or name and type. AWS cannot change it.',
    examples: ['userId', { name: 'year', type: 'N' }],
  }),
  sortKey: key.optional().meta({
    description: 'Sort key. AWS cannot change it.',
    examples: ['createdAt', { name: 'createdAt', type: 'N' }],
  }),
  indexes: z
    .record(matching(/^[\w.-]{3,255}$/, 'letters, digits, ., - and _, from 3 to 255'), index.nullable(), {
      error: 'a map of index names to their keys',
    })
    .nullable()
    .optional()
    .meta({
      description: 'Global secondary indexes, by name. null removes an index.',
      examples: [{ byEmail: { partitionKey: 'email' } }],
    }),
  billingMode: oneOf(['PAY_PER_REQUEST', 'PROVISIONED'])
    .optional()
    .meta({
      description:
        'PAY_PER_REQUEST: on demand, as a new table is by default. PROVISIONED needs provisionedThroughput.',
      examples: ['PAY_PER_REQUEST'],
    }),
  provisionedThroughput: throughput.optional().meta({
    description: 'Capacity that is paid whether it is used or not. It means billingMode: PROVISIONED.',
    examples: [{ readCapacityUnits: 5, writeCapacityUnits: 5 }],
  }),
  stream: resettable(oneOf(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'])).meta({
    description:
      'Stream of changes, and what its records have. A trigger dynamodb needs it. null turns it off.',
    examples: ['NEW_AND_OLD_IMAGES'],
  }),
  ttl: resettable(attribute).meta({
    description:
      'Attribute with the time, in epoch seconds, after which AWS deletes an item. null turns it off.',
    examples: ['expiresAt'],
  }),
  pointInTimeRecovery: resettable(yesOrNo).meta({
    description: 'Continuous backups: the table can be restored as it was at any time of the last 35 days.',
    examples: [true],
  }),
  deletionProtectionEnabled: resettable(yesOrNo).meta({
    description: 'AWS refuses to delete the table.',
    examples: [true],
  }),
  tableClass: resettable(oneOf(['STANDARD', 'STANDARD_INFREQUENT_ACCESS'])).meta({
    description: 'STANDARD_INFREQUENT_ACCESS: storage costs less, and access costs more.',
    examples: ['STANDARD_INFREQUENT_ACCESS'],
  }),
  kmsMasterKeyId: resettable(kmsKey).meta({
    description: 'KMS key that encrypts the table, in place of DynamoDB’s own.',
    examples: ['alias/users'],
  }),
}).superRefine(({ billingMode, provisionedThroughput }, context) => {
  if (billingMode === 'PROVISIONED' && !provisionedThroughput) {
    refuse(context, 'is PROVISIONED, which needs provisionedThroughput', ['billingMode']);
  }
  if (billingMode === 'PAY_PER_REQUEST' && provisionedThroughput) {
    refuse(context, 'goes with billingMode: PROVISIONED only', ['provisionedThroughput']);
  }
});
