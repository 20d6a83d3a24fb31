// The fields of a function in slsctl.yml: CreateFunction's own names, first letter small.
import * as z from 'zod';
import { limits } from '../../advise/limits.ts';
import { attachments } from './attachments.ts';
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
import { packaging } from './packaging.ts';

export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Those that functions can be made with. */
export const runtimes = [
  ...['python3.15', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9'],
  ...['nodejs26.x', 'nodejs24.x', 'nodejs22.x', 'nodejs20.x', 'nodejs18.x', 'python3.8', 'nodejs16.x'],
  ...['java25', 'java21', 'java17', 'java17.al2023', 'java11', 'java11.al2023', 'java8.al2', 'java8.al2023'],
  ...['dotnet10', 'dotnet8', 'dotnet6', 'ruby4.0', 'ruby3.4', 'ruby3.3', 'ruby3.2'],
  ...['provided.al2023', 'provided.al2'],
] as const;

const reserved =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_(FUNCTION_(NAME|VERSION|MEMORY_SIZE)|LOG_GROUP_NAME|LOG_STREAM_NAME|INITIALIZATION_TYPE|RUNTIME_API))|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** What is wrong with the name of an environment variable, in a sentence; undefined: nothing. */
export function variableNameProblem(name: string): string | undefined {
  if (reserved.test(name)) return 'is a name that Lambda reserves for itself';
  if (/^[a-zA-Z]\w+$/.test(name)) return undefined;
  return 'is not a name that Lambda takes; allowed: two or more letters, digits and _, a letter first';
}

/** What IAM takes for tags, which is the narrowest rule of all services. */
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

const { ephemeralStorageMB } = limits;
const layer = matching(
  /^(arn:aws[\w-]*:lambda:([\w-]+:\d{12}:layer:[\w-]+:\d+|::awslayer:[\w-]+)|[\w-]{1,140})$/,
  'names of layers of this project, or ARNs of layer versions',
);

/** What CreateFunction takes and `null` sets back to what AWS does when nothing is said. */
const resettable = {
  memorySize: whole(limits.memoryMB, 'MB').describe('Memory in MB; CPU grows with it'),
  timeout: whole(limits.timeoutSeconds, 'seconds').describe('Seconds after which an invocation is ended'),
  description: short(256).describe('What the function is for'),
  architectures: list(oneOf(['x86_64', 'arm64']), '[x86_64] or [arm64]')
    .length(1, { error: '[x86_64] or [arm64]' })
    .describe('The instruction set; a change goes with the code'),
  ephemeralStorage: z
    .union([whole(ephemeralStorageMB, 'MB'), fields({ size: whole(ephemeralStorageMB, 'MB') })], {
      error: `a whole number from ${ephemeralStorageMB.min} to ${ephemeralStorageMB.max} (MB)`,
    })
    .describe('Size of /tmp in MB'),
  environment: environment.describe('Environment variables; null removes one'),
  layers: list(layer, 'a list of layer names or layer version ARNs')
    .max(limits.layers, { error: `at most ${limits.layers} layers` })
    .refine((names) => new Set(names).size === names.length, { error: 'each layer once' })
    .describe('Layers, in the order in which they are laid over one another'),
  kmsKeyArn: arnOf('kms').describe('The key that encrypts the environment variables'),
  vpcConfig: fields({
    subnetIds: list(matching(/^subnet-[0-9a-z]+$/, 'ids of subnets'), 'a list of subnet ids', 16)
      .optional()
      .describe('Subnets in which the function gets network interfaces'),
    securityGroupIds: list(matching(/^sg-[0-9a-zA-Z]+$/, 'ids of security groups'), 'a list of ids', 5)
      .optional()
      .describe('Security groups of these interfaces'),
    ipv6AllowedForDualStack: yesOrNo.optional().describe('Outbound IPv6 in dual-stack subnets'),
  }).describe('The VPC that the function can reach'),
  fileSystemConfigs: list(
    fields({
      arn: arnOf('elasticfilesystem', 's3files').describe('The access point'),
      localMountPath: matching(/^\/mnt\/[a-zA-Z0-9-_.]+$/, '/mnt/NAME').describe('Where it is mounted'),
      s3FilesConfig: fields({ directS3Read: oneOf(['AUTO', 'ENABLED', 'DISABLED']).optional() })
        .optional()
        .describe('For file systems of Amazon S3'),
    }),
    'a list of file systems',
    1,
  ).describe('File systems (Amazon EFS, Amazon S3)'),
  tracingConfig: fields({ mode: oneOf(['Active', 'PassThrough']) }).describe('X-Ray tracing'),
  loggingConfig: fields({
    logFormat: oneOf(['JSON', 'Text']).optional(),
    applicationLogLevel: oneOf(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
    systemLogLevel: oneOf(['DEBUG', 'INFO', 'WARN']).optional(),
    logGroup: matching(/^[.\-_/#A-Za-z0-9]{1,512}$/, 'the name of a log group').optional(),
  }).describe('Format and levels of the logs, and their log group'),
  deadLetterConfig: fields({ targetArn: arnOf('sqs', 'sns') }).describe(
    'Queue or topic for events that could not be processed',
  ),
  snapStart: fields({ applyOn: oneOf(['PublishedVersions', 'None']) }).describe(
    'Snapshots of initialized versions',
  ),
};

/** What CreateFunction takes and cannot be taken back once it is there. */
const lasting = {
  runtime: oneOf(runtimes).describe('The language runtime, for example python3.12 or nodejs22.x'),
  handler: matching(/^\S{1,128}$/, 'FILE.FUNCTION, for example lambda_function.handler').describe(
    'FILE.FUNCTION that is called for each event',
  ),
  durableConfig: fields({
    executionTimeout: whole({ min: 1, max: 31_622_400 }, 'seconds').optional(),
    retentionPeriodInDays: whole({ min: 1, max: 90 }, 'days').optional(),
    kmsKeyArn: arnOf('kms').optional(),
  }).describe('Durable execution'),
  capacityProviderConfig: fields({
    lambdaManagedInstancesCapacityProviderConfig: fields({
      capacityProviderArn: arnOf('lambda'),
      perExecutionEnvironmentMaxConcurrency: whole({ min: 1, max: 1600 }).optional(),
      executionEnvironmentMemoryGiBPerVCpu: between(2, 8).optional(),
    }),
  }).describe('Instances of a capacity provider to run on'),
  tenancyConfig: fields({ tenantIsolationMode: oneOf(['PER_TENANT']) }).describe(
    'Isolation of tenants; cannot be changed in place',
  ),
};

/** The execution role, and what is around the function. */
const surroundings = {
  role: matching(/^arn:aws[\w-]*:iam::\d{12}:role\/?[\w+=,.@\-/]+$/, 'the ARN of a role').describe(
    'An execution role of your own; without it slsctl makes one',
  ),
  policies: list(
    matching(/^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/.+$/, 'ARNs of managed policies'),
    'a list of policy ARNs',
  ).describe('Managed policies for the role that slsctl makes'),
  statements: list(
    z.record(text(), z.unknown(), { error: 'an IAM policy statement' }),
    'a list of IAM policy statements',
  ).describe('IAM statements for the inline policy of the role that slsctl makes'),
  permissionsBoundary: matching(/^arn:aws[\w-]*:iam::/, 'the ARN of a managed policy').describe(
    'What the role that slsctl makes may do at most',
  ),
  tags: z
    .record(
      matching(tagText(128, 1), 'tag names of at most 128 letters, digits, blanks and _ . : / = + - @'),
      matching(tagText(256, 0), 'text of at most 256 letters, digits, blanks and _ . : / = + - @').nullable(),
      { error: 'a map of names to text' },
    )
    .refine((tags) => Object.keys(tags).length <= limits.tags - 2, {
      error: `at most ${limits.tags - 2} tags (slsctl adds two)`,
    })
    .describe('Tags of function, role and log group; null removes one'),
  logRetentionInDays: z
    .union([z.literal('never'), z.literal(retentionDays)], { error: `${retentionDays.join(', ')}, or never` })
    .describe('Days for which logs are kept'),
};

const code = z
  .union(
    [
      text(),
      fields({
        path: text().optional(),
        include: list(text(), 'a list of patterns').optional(),
        exclude: list(text(), 'a list of patterns').optional(),
      }),
    ],
    { error: 'a path, or { path, include, exclude }' },
  )
  .describe('Folder, file or ready zip');

const imageUri = matching(
  /^\d{12}\.dkr\.ecr(-fips)?\.[\w.-]+\/[\w./-]+(:[\w.-]{1,128}|@sha256:[0-9a-f]{64})$/,
  'the URI of an image in Amazon ECR, with tag or digest',
);
const image = z
  .union(
    [
      imageUri,
      fields({
        imageUri,
        imageConfig: fields({
          entryPoint: list(text(), 'a list of words').optional(),
          command: list(text(), 'a list of words').optional(),
          workingDirectory: short(1000).optional(),
        })
          .nullable()
          .optional()
          .describe('What is run in the image'),
      }),
    ],
    { error: 'the URI of an image, or { imageUri, imageConfig }' },
  )
  .describe('A container image instead of code, runtime and handler');

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
