// The least that a function needs in its role for the things that it is linked to.
import type { Link } from '../../config/things/links.ts';
import type { RoleStatement } from '../role/grants.ts';
import type { Located, Things } from './things.ts';

interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export function linkStatements(links: readonly Link[], things: Things): RoleStatement[] {
  return links.flatMap((link) => {
    const thing = things.ofProject(link.kind, link.key);
    const grants = [...grantsOf(link, thing), ...keyGrants(link, thing)];
    return grants.map(({ actions, resources, ...more }, index): RoleStatement => {
      const [only, ...others] = resources;
      return {
        Sid: `${sidOf(link)}${index === 0 ? '' : index + 1}`,
        Effect: 'Allow',
        Action: [...actions],
        Resource: others.length === 0 && only !== undefined ? only : [...resources],
        ...more,
      };
    });
  });
}

/** `LinkUsersTable`; IAM takes letters and digits only. */
function sidOf({ kind, key }: Link): string {
  const words = `link-${key}-${kind}`.split(/[^A-Za-z0-9]+/);
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}

/** Source: Service Authorization Reference, the pages of the services. */
function grantsOf({ kind, access: { reads, writes } }: Link, { arn }: Located): Grant[] {
  const some = (...actions: (string | false)[]) => actions.filter((action) => action !== false);
  switch (kind) {
    case 'table':
      return [
        {
          actions: some(
            reads && 'dynamodb:GetItem',
            reads && 'dynamodb:BatchGetItem',
            reads && 'dynamodb:Query',
            reads && 'dynamodb:Scan',
            writes && 'dynamodb:PutItem',
            writes && 'dynamodb:UpdateItem',
            writes && 'dynamodb:DeleteItem',
            writes && 'dynamodb:BatchWriteItem',
            'dynamodb:ConditionCheckItem',
            'dynamodb:DescribeTable',
          ),
          resources: reads ? [arn, `${arn}/index/*`] : [arn],
        },
      ];
    case 'bucket':
      return [
        {
          actions: some(
            reads && 's3:GetObject',
            writes && 's3:PutObject',
            writes && 's3:DeleteObject',
            writes && 's3:AbortMultipartUpload',
          ),
          resources: [`${arn}/*`],
        },
        // Without it, S3 answers 403 and not 404 for an object that is absent.
        ...(reads ? [{ actions: ['s3:ListBucket'], resources: [arn] }] : []),
      ];
    case 'queue':
      return [
        {
          actions: some(
            writes && 'sqs:SendMessage',
            reads && 'sqs:ReceiveMessage',
            reads && 'sqs:DeleteMessage',
            reads && 'sqs:ChangeMessageVisibility',
            'sqs:GetQueueUrl',
            'sqs:GetQueueAttributes',
          ),
          resources: [arn],
        },
      ];
    case 'topic':
      return [{ actions: ['sns:Publish'], resources: [arn] }];
    case 'state machine':
      return [{ actions: ['states:StartExecution', 'states:StartSyncExecution'], resources: [arn] }];
    case 'stream':
      return [
        {
          actions: some(
            writes && 'kinesis:PutRecord',
            writes && 'kinesis:PutRecords',
            reads && 'kinesis:GetRecords',
            reads && 'kinesis:GetShardIterator',
            reads && 'kinesis:ListShards',
            'kinesis:DescribeStreamSummary',
          ),
          resources: [arn],
        },
      ];
  }
}

/** The KMS key of the user's own that encrypts the thing. AWS's own keys need no permission. */
function keyGrants(
  { access: { reads, writes } }: Link,
  { own, region, account, arn }: Located,
): (Grant & Pick<RoleStatement, 'Condition'>)[] {
  const key = own && keyNamed(own.config.fields);
  if (!key || key.startsWith('alias/aws/')) return [];
  const actions = [...(reads || !own ? ['kms:Decrypt'] : []), ...(writes ? ['kms:GenerateDataKey'] : [])];
  // A producer decrypts the data key that it used before.
  if (writes && !reads) actions.push('kms:Decrypt');
  const keys = `${arn.split(':').slice(0, 2).join(':')}:kms:${region}:${account}:key`;
  if (key.startsWith('arn:') && !key.includes(':alias/')) return [{ actions, resources: [key] }];
  const alias = /alias\/.*$/.exec(key)?.[0];
  if (alias === undefined) return [{ actions, resources: [`${keys}/${key}`] }];
  return [
    {
      actions,
      resources: [`${keys}/*`],
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } },
    },
  ];
}

function keyNamed(fields: object): string | undefined {
  const { kmsMasterKeyId, keyId, encryption } = fields as Record<string, unknown>;
  const inEncryption = (encryption as { kmsMasterKeyID?: unknown } | undefined)?.kmsMasterKeyID;
  const key = kmsMasterKeyId ?? keyId ?? inEncryption;
  return typeof key === 'string' ? key : undefined;
}
