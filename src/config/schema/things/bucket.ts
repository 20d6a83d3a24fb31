// `buckets:`: buckets of Amazon S3.
import * as z from 'zod';
import { bucketName, fields, list, oneOf, refuse, short, text, whole, yesOrNo } from '../checks.ts';
import { common, kmsKey, policyDocument, resettable } from './shared-fields.ts';

const days = whole({ min: 1, max: 36_500 }, 'days');
const storageClass = oneOf([
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
]);

const rule = fields({
  id: short(255)
    .optional()
    .describe('Name of the rule. Without it, slsctl gives one by its place in the list.'),
  status: oneOf(['Enabled', 'Disabled']).optional().meta({
    description: 'Whether the rule applies.',
    default: 'Enabled',
  }),
  prefix: text().optional().describe('Only objects whose key starts with this.'),
  expiration: fields({
    days: days.optional().describe('Days after which S3 deletes an object.'),
    expiredObjectDeleteMarker: yesOrNo
      .optional()
      .describe('S3 removes delete markers without older versions.'),
  })
    .optional()
    .describe('When objects are deleted.'),
  noncurrentVersionExpiration: fields({
    noncurrentDays: days.describe('Days after which S3 deletes an older version.'),
    newerNoncurrentVersions: whole({ min: 1, max: 100 })
      .optional()
      .describe('Number of older versions that stay.'),
  })
    .optional()
    .describe('When older versions are deleted.'),
  transitions: list(
    fields({
      days: whole({ min: 0, max: 36_500 }, 'days').describe('Days after which an object moves.'),
      storageClass: storageClass.describe('The storage class.'),
    }),
    'a list of transitions',
  )
    .optional()
    .describe('When objects move to another storage class.'),
  abortIncompleteMultipartUpload: fields({
    daysAfterInitiation: days.describe('Days after which S3 removes the parts.'),
  })
    .optional()
    .describe('When uploads that were never completed are removed.'),
});

export const bucketSchema = fields({
  ...common(bucketName, 'bucket', 'acme-uploads'),
  versioning: resettable(yesOrNo).meta({
    description: 'S3 keeps every version of an object. null and false suspend it; versions stay.',
    examples: [true],
  }),
  lifecycle: resettable(list(rule, 'a list of rules', 1000)).meta({
    description: 'Lifecycle rules: all that the bucket has. null removes them.',
    examples: [[{ prefix: 'tmp/', expiration: { days: 7 } }]],
  }),
  cors: resettable(
    list(
      fields({
        id: short(255).optional().describe('Name of the rule.'),
        allowedMethods: list(oneOf(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']), 'a list of methods').describe(
          'Methods that pages may use.',
        ),
        allowedOrigins: list(text(), 'a list of origins').describe('Origins of these pages; * for all.'),
        allowedHeaders: list(text(), 'a list of headers').optional().describe('Headers that pages may send.'),
        exposeHeaders: list(text(), 'a list of headers')
          .optional()
          .describe('Headers of the response that pages may read.'),
        maxAgeSeconds: whole({ min: 0, max: 2_147_483_647 }, 'seconds')
          .optional()
          .describe('Time for which browsers remember the rule.'),
      }),
      'a list of rules',
      100,
    ),
  ).meta({
    description: 'CORS: what web pages of other origins may do. null removes the rules.',
    examples: [[{ allowedMethods: ['GET'], allowedOrigins: ['https://example.com'] }]],
  }),
  encryption: z
    .union(
      [
        oneOf(['AES256', 'aws:kms', 'aws:kms:dsse']),
        fields({
          sseAlgorithm: oneOf(['AES256', 'aws:kms', 'aws:kms:dsse']).describe('The algorithm.'),
          kmsMasterKeyID: kmsKey.optional().describe('KMS key; without it, AWS’s own for S3.'),
          bucketKeyEnabled: yesOrNo.optional().describe('Fewer calls of KMS.'),
        }),
      ],
      { error: 'AES256, aws:kms, aws:kms:dsse, or { sseAlgorithm, kmsMasterKeyID, bucketKeyEnabled }' },
    )
    .nullable()
    .optional()
    .meta({
      description: 'Encryption of new objects. Every bucket has AES256 at least, and null goes back to it.',
      examples: [
        'aws:kms',
        { sseAlgorithm: 'aws:kms', kmsMasterKeyID: 'alias/uploads', bucketKeyEnabled: true },
      ],
    }),
  publicAccessBlock: fields({
    blockPublicAcls: yesOrNo.optional().describe('S3 refuses ACLs that give public access.'),
    ignorePublicAcls: yesOrNo.optional().describe('S3 ignores such ACLs.'),
    blockPublicPolicy: yesOrNo.optional().describe('S3 refuses policies that give public access.'),
    restrictPublicBuckets: yesOrNo.optional().describe('S3 restricts access under such policies.'),
  })
    .optional()
    .meta({
      description: 'What keeps the bucket private. A member that is not given is true.',
      examples: [{ blockPublicPolicy: false, restrictPublicBuckets: false }],
    }),
  policy: resettable(policyDocument).meta({
    description: 'Bucket policy: who else may use the bucket. null removes it.',
    examples: [
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::123456789012:root' },
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::acme-uploads/*',
          },
        ],
      },
    ],
  }),
}).superRefine(({ lifecycle }, context) => {
  for (const [index, one] of (lifecycle ?? []).entries()) {
    const { expiration, noncurrentVersionExpiration, transitions, abortIncompleteMultipartUpload } = one;
    if (expiration ?? noncurrentVersionExpiration ?? transitions ?? abortIncompleteMultipartUpload) continue;
    refuse(context, 'does nothing: it needs expiration, transitions or another action', ['lifecycle', index]);
  }
});
