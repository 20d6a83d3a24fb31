// Names of fields that every command needs. They are not in the schema's files, because the schema loads slowly.

/** Fields with AWS operations of their own. */
export const attachmentNames = [
  'reservedConcurrentExecutions',
  'eventInvokeConfig',
  'url',
  'permissions',
  'aliases',
  'recursiveLoop',
  'codeSigningConfigArn',
  'runtimeManagementConfig',
  'triggers',
] as const;

/** Kinds of triggers, in the order in which messages name them. */
export const triggerNames = [
  's3',
  'sqs',
  'sns',
  'dynamodb',
  'kinesis',
  'mq',
  'kafka',
  'event',
  'schedule',
  'logs',
  'http',
  'alb',
  'cognito',
  'ses',
  'iot',
  'edge',
] as const;

/** Fields about building the package. */
export const packagingNames = ['dependencies', 'layer', 'bundle', 'build'] as const;

/** slsctl's values when neither the function nor `defaults:` sets them. Lambda's own are 128 MB and 3 seconds. */
export const ownDefaults = { timeout: 30, memorySize: 256, logRetentionInDays: 14 } as const;
