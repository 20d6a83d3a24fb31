// The fields of a function in slsctl.yml: CreateFunction's names with a small first letter.
import * as z from 'zod';
import { limits } from '../../advise/limits.ts';
import { attachments } from '../attachments/all.ts';
import {
  arnOf,
  between,
  fields,
  list,
  matching,
  oneOf,
  refuse,
  short,
  text,
  whole,
  yesOrNo,
} from './checks.ts';
import { ownDefaults } from './field-names.ts';
import { packaging } from './packaging.ts';
import { retentionDays } from './retention-days.ts';
import { variableNameProblem } from './variable-names.ts';

/** Runtimes that functions can be created with. */
export const runtimes = [
  ...['python3.15', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9'],
  ...['nodejs26.x', 'nodejs24.x', 'nodejs22.x', 'nodejs20.x', 'nodejs18.x', 'python3.8', 'nodejs16.x'],
  ...['java25', 'java21', 'java17', 'java17.al2023', 'java11', 'java11.al2023', 'java8.al2', 'java8.al2023'],
  ...['dotnet10', 'dotnet8', 'dotnet6', 'ruby4.0', 'ruby3.4', 'ruby3.3', 'ruby3.2'],
  ...['provided.al2023', 'provided.al2'],
] as const;

/** IAM's rule for tags, which is stricter than that of the other services. */
const tagText = (max: number, min: number) =>
  new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{${min},${max}}$`, 'u');

const environment = z
  .record(
    text(),
    z
      .union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true, false, or null' })
      .nullable(),
    { error: 'a map of names to values' },
  )
  .superRefine((variables, context) => {
    for (const key of Object.keys(variables)) {
      const problem = variableNameProblem(key);
      if (problem) refuse(context, problem, [key]);
    }
  });

const thingKey = matching(
  /^((bucket|queue|topic|table|stream):)?[a-zA-Z0-9-_]{1,68}$/,
  'names of buckets, queues, topics, tables and streams of this project',
);
const accessWords = ['read', 'write', 'readWrite', 'send', 'receive', 'publish'] as const;

const { ephemeralStorageMB } = limits;
const layer = matching(
  /^(arn:aws[\w-]*:lambda:([\w-]+:\d{12}:layer:[\w-]+:\d+|::awslayer:[\w-]+)|[\w-]{1,140})$/,
  'names of layers of this project, or ARNs of layer versions',
);

/** Fields of CreateFunction for which `null` restores AWS's default. */
const resettable = {
  memorySize: whole(limits.memoryMB, 'MB').meta({
    description: 'Memory in MB. Lambda gives CPU in proportion to it.',
    default: ownDefaults.memorySize,
    examples: [512],
  }),
  timeout: whole(limits.timeoutSeconds, 'seconds').meta({
    description: 'Time after which Lambda ends an invocation.',
    default: ownDefaults.timeout,
    examples: [10],
  }),
  description: short(256).meta({ description: 'What the function is for.', examples: ['greets people'] }),
  architectures: list(oneOf(['x86_64', 'arm64']), '[x86_64] or [arm64]')
    .length(1, { error: '[x86_64] or [arm64]' })
    .meta({
      description: 'Instruction set. slsctl changes it together with the code.',
      examples: [['arm64']],
    }),
  ephemeralStorage: z
    .union(
      [
        whole(ephemeralStorageMB, 'MB'),
        fields({ size: whole(ephemeralStorageMB, 'MB').describe('Size of /tmp in MB.') }),
      ],
      {
        error: `a whole number from ${ephemeralStorageMB.min} to ${ephemeralStorageMB.max} (MB)`,
      },
    )
    .meta({ description: 'Size of /tmp in MB.', examples: [1024] }),
  environment: environment.meta({
    description:
      'Environment variables. A value reaches AWS as it is written: 1.10 and True are text. null removes a variable, and $${ stands for ${. slsctl keeps variables on AWS that the file does not name, unless --prune is given.',
    examples: [{ TABLE_NAME: 'my-users', STAGE: 'dev' }],
  }),
  layers: list(layer, 'a list of layer names or layer version ARNs')
    .max(limits.layers, { error: `at most ${limits.layers} layers` })
    .refine((names) => new Set(names).size === names.length, { error: 'each layer once' })
    .meta({
      description:
        'Layers: names of layers of this project, or ARNs of layer versions. Lambda unpacks them in this order, and later ones win.',
      examples: [['shared-libs', 'arn:aws:lambda:us-east-1:123456789012:layer:tools:3']],
    }),
  kmsKeyArn: arnOf('kms').meta({
    description:
      'KMS key that encrypts the environment variables. The role that slsctl creates may decrypt with it.',
    examples: ['arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
  }),
  vpcConfig: fields({
    subnetIds: list(matching(/^subnet-[0-9a-z]+$/, 'ids of subnets'), 'a list of subnet ids', 16)
      .optional()
      .describe('Subnets in which the function gets network interfaces.'),
    securityGroupIds: list(matching(/^sg-[0-9a-zA-Z]+$/, 'ids of security groups'), 'a list of ids', 5)
      .optional()
      .describe('Security groups of these interfaces.'),
    ipv6AllowedForDualStack: yesOrNo.optional().describe('Outbound IPv6 in dual-stack subnets.'),
  }).meta({
    description:
      'VPC that the function can reach. The role that slsctl creates gets the policy AWSLambdaVPCAccessExecutionRole.',
    examples: [{ subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] }],
  }),
  fileSystemConfigs: list(
    fields({
      arn: arnOf('elasticfilesystem', 's3files').describe('Access point of the file system.'),
      localMountPath: matching(/^\/mnt\/[a-zA-Z0-9-_.]+$/, '/mnt/NAME').describe(
        'Folder in which the function sees the file system.',
      ),
      s3FilesConfig: fields({
        directS3Read: oneOf(['AUTO', 'ENABLED', 'DISABLED'])
          .optional()
          .describe('Whether the function reads directly from S3.'),
      })
        .optional()
        .describe('Settings of file systems of Amazon S3.'),
    }),
    'a list of file systems',
    1,
  ).meta({
    description: 'File systems (Amazon EFS, Amazon S3) that the function mounts. They need vpcConfig.',
    examples: [
      [
        {
          arn: 'arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0',
          localMountPath: '/mnt/data',
        },
      ],
    ],
  }),
  tracingConfig: fields({
    mode: oneOf(['Active', 'PassThrough']).describe(
      'Active: Lambda records traces. PassThrough: only where the caller does.',
    ),
  }).meta({
    description: 'X-Ray tracing. With mode: Active the role that slsctl creates may send traces.',
    examples: [{ mode: 'Active' }],
  }),
  loggingConfig: fields({
    logFormat: oneOf(['JSON', 'Text']).optional().describe('Format of the log events.'),
    applicationLogLevel: oneOf(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'])
      .optional()
      .describe('Lowest level of the function’s own events. Needs logFormat: JSON.'),
    systemLogLevel: oneOf(['DEBUG', 'INFO', 'WARN'])
      .optional()
      .describe('Lowest level of Lambda’s events. Needs logFormat: JSON.'),
    logGroup: matching(/^[.\-_/#A-Za-z0-9]{1,512}$/, 'the name of a log group')
      .optional()
      .describe('Log group. Several functions may share one. Without it, /aws/lambda/NAME.'),
  }).meta({
    description: 'Format, levels and log group of the logs.',
    examples: [{ logFormat: 'JSON', applicationLogLevel: 'INFO' }],
  }),
  deadLetterConfig: fields({ targetArn: arnOf('sqs', 'sns').describe('The queue or topic.') }).meta({
    description:
      'Dead letter queue or topic for asynchronous events that the function did not process. The role that slsctl creates may send to it.',
    examples: [{ targetArn: 'arn:aws:sqs:us-east-1:123456789012:dead-letters' }],
  }),
  snapStart: fields({
    applyOn: oneOf(['PublishedVersions', 'None']).describe('Whether published versions get a snapshot.'),
  }).meta({
    description: 'SnapStart: published versions start from a snapshot of an initialized environment.',
    examples: [{ applyOn: 'PublishedVersions' }],
  }),
};

/** What CreateFunction takes and cannot be taken back once it is there. */
const lasting = {
  runtime: oneOf(runtimes).meta({ description: 'Language runtime.', examples: ['python3.12', 'nodejs22.x'] }),
  handler: matching(/^\S{1,128}$/, 'FILE.FUNCTION, for example lambda_function.handler').meta({
    description: 'FILE.FUNCTION that Lambda calls for each event.',
    examples: ['lambda_function.handler', 'src/api.handler'],
  }),
  durableConfig: fields({
    executionTimeout: whole({ min: 1, max: 31_622_400 }, 'seconds')
      .optional()
      .describe('Time after which Lambda ends a durable execution.'),
    retentionPeriodInDays: whole({ min: 1, max: 90 }, 'days')
      .optional()
      .describe('Time for which Lambda keeps the history of an execution.'),
    kmsKeyArn: arnOf('kms').optional().describe('KMS key that encrypts the data of executions.'),
  }).meta({
    description: 'Durable execution: one execution may go on over many invocations.',
    examples: [{ executionTimeout: 86_400 }],
  }),
  capacityProviderConfig: fields({
    lambdaManagedInstancesCapacityProviderConfig: fields({
      capacityProviderArn: arnOf('lambda').describe('The capacity provider.'),
      perExecutionEnvironmentMaxConcurrency: whole({ min: 1, max: 1600 })
        .optional()
        .describe('Invocations that one environment runs at the same time.'),
      executionEnvironmentMemoryGiBPerVCpu: between(2, 8)
        .optional()
        .describe('GiB of memory for each virtual CPU.'),
    }).describe('Settings of Lambda Managed Instances.'),
  }).meta({
    description: 'Capacity provider whose instances run the function.',
    examples: [
      {
        lambdaManagedInstancesCapacityProviderConfig: {
          capacityProviderArn: 'arn:aws:lambda:us-east-1:123456789012:capacity-provider:large',
        },
      },
    ],
  }),
  tenancyConfig: fields({
    tenantIsolationMode: oneOf(['PER_TENANT']).describe('Each tenant gets environments of its own.'),
  }).meta({
    description: 'Isolation of tenants. It is fixed when the function is created.',
    examples: [{ tenantIsolationMode: 'PER_TENANT' }],
  }),
};

/** The execution role, and what is around the function. */
const surroundings = {
  role: matching(/^arn:aws[\w-]*:iam::\d{12}:role\/?[\w+=,.@\-/]+$/, 'the ARN of a role').meta({
    description:
      'Execution role of your own. slsctl never changes it. Without it, slsctl creates a role for the function.',
    examples: ['arn:aws:iam::123456789012:role/worker'],
  }),
  policies: list(
    matching(/^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/.+$/, 'ARNs of managed policies'),
    'a list of policy ARNs',
  ).meta({
    description:
      'Managed policies of the role that slsctl creates. AWSLambdaBasicExecutionRole is always attached.',
    examples: [['arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess']],
  }),
  statements: list(
    z.record(text(), z.unknown(), { error: 'an IAM policy statement' }),
    'a list of IAM policy statements',
  ).meta({
    description: 'IAM statements for the inline policy of the role that slsctl creates.',
    examples: [[{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::my-uploads/*' }]],
  }),
  link: z
    .union(
      [
        list(thingKey, 'a list of names'),
        z.record(thingKey, oneOf(accessWords).nullable(), { error: 'a map of names to what is allowed' }),
      ],
      { error: 'a list of names, or a map of names to read, write, readWrite, send, receive or publish' },
    )
    .meta({
      description:
        'Buckets, queues, topics, tables and streams of the project that the function uses. The role that slsctl creates may use them, and the environment has their names: USERS_TABLE, ORDERS_QUEUE_URL, EVENTS_TOPIC_ARN, UPLOADS_BUCKET, CLICKS_STREAM. Without more, a function may read and write a bucket, a table and a stream, send to a queue, and publish to a topic.',
      examples: [['users', 'orders'], { users: 'read', orders: 'receive' }],
    }),
  permissionsBoundary: matching(/^arn:aws[\w-]*:iam::/, 'the ARN of a managed policy').meta({
    description: 'Permissions boundary of the role that slsctl creates: the most that it may do.',
    examples: ['arn:aws:iam::123456789012:policy/boundary'],
  }),
  tags: z
    .record(
      matching(tagText(128, 1), 'tag names of at most 128 letters, digits, blanks and _ . : / = + - @'),
      matching(tagText(256, 0), 'text of at most 256 letters, digits, blanks and _ . : / = + - @').nullable(),
      { error: 'a map of names to text' },
    )
    .refine((tags) => Object.keys(tags).length <= limits.tags - 2, {
      error: `at most ${limits.tags - 2} tags (slsctl adds two)`,
    })
    .meta({
      description: 'Tags of the function, its role and its log group. null removes a tag.',
      examples: [{ team: 'greeters' }],
    }),
  logRetentionInDays: z
    .union([z.literal('never'), z.literal(retentionDays)], { error: `${retentionDays.join(', ')}, or never` })
    .meta({
      description: 'Days for which CloudWatch Logs keeps the logs.',
      default: ownDefaults.logRetentionInDays,
      examples: [30],
    }),
};

const code = z
  .union(
    [
      text(),
      fields({
        path: text().optional().meta({ description: 'Folder, file or ready zip.', default: '.' }),
        include: list(text(), 'a list of patterns')
          .optional()
          .describe(
            'Files that go into the package although a rule leaves them out. With bundle or build: files that go in beside what these write.',
          ),
        exclude: list(text(), 'a list of patterns')
          .optional()
          .describe('Files that match one of these patterns stay out. Patterns are those of .gitignore.'),
      }),
    ],
    { error: 'a path, or { path, include, exclude }' },
  )
  .meta({
    description: 'Code of the function, relative to slsctl.yml: a folder, a file or a ready zip.',
    default: '.',
    examples: ['src', { path: '.', exclude: ['docs/'] }],
  });

const imageUri = matching(
  /^\d{12}\.dkr\.ecr(-fips)?\.[\w.-]+\/[\w./-]+(:[\w.-]{1,128}|@sha256:[0-9a-f]{64})$/,
  'the URI of an image in Amazon ECR, with tag or digest',
);
const image = z
  .union(
    [
      imageUri,
      fields({
        imageUri: imageUri.describe('URI of the image.'),
        imageConfig: fields({
          entryPoint: list(text(), 'a list of words')
            .optional()
            .describe('Replaces ENTRYPOINT of the image.'),
          command: list(text(), 'a list of words').optional().describe('Replaces CMD of the image.'),
          workingDirectory: short(1000).optional().describe('Replaces WORKDIR of the image.'),
        })
          .nullable()
          .optional()
          .describe('What Lambda starts in the image.'),
      }),
    ],
    { error: 'the URI of an image, or { imageUri, imageConfig }' },
  )
  .meta({
    description:
      'Container image in Amazon ECR that takes the place of code, runtime and handler. A deployment updates the function when the tag names another image.',
    examples: ['123456789012.dkr.ecr.us-east-1.amazonaws.com/greeter:1.2'],
  });

type Nullable<T extends z.ZodRawShape> = { [K in keyof T]: z.ZodOptional<z.ZodNullable<T[K] & z.ZodType>> };
function nullable<T extends z.ZodRawShape>(shape: T): Nullable<T> {
  const entries = Object.entries(shape).map(([key, field]) => [
    key,
    (field as z.ZodType).nullable().optional(),
  ]);
  return Object.fromEntries(entries) as Nullable<T>;
}

type Optional<T extends z.ZodRawShape> = { [K in keyof T]: z.ZodOptional<T[K] & z.ZodType> };
function optional<T extends z.ZodRawShape>(shape: T): Optional<T> {
  const entries = Object.entries(shape).map(([key, field]) => [key, (field as z.ZodType).optional()]);
  return Object.fromEntries(entries) as Optional<T>;
}

const settings = {
  ...optional(lasting),
  ...optional(packaging),
  ...nullable(resettable),
  ...nullable(surroundings),
  ...nullable(attachments),
};

/** Under `defaults:`. */
export const defaultsSchema = fields(settings);
/** Under `functions:`. */
export const functionSchema = fields({ ...settings, ...optional({ code, image }) });

export type FunctionFile = z.infer<typeof functionSchema>;
