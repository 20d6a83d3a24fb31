// Facts about the fields of a function that every command needs. They are apart from the schema, which loads slowly.

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
] as const;

/** Fields that say how the package is built. */
export const packagingNames = ['dependencies', 'layer', 'bundle', 'build'] as const;

/** What slsctl sets where neither the function nor `defaults:` says anything. Lambda itself would take 128 MB and 3 seconds. */
export const ownDefaults = { timeout: 30, memorySize: 256, logRetentionInDays: 14 } as const;
