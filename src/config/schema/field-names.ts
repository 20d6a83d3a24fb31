// The fields of a function that are not settings of its own, by name: known without their checks, which take long to load.

/** What hangs on it. */
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

/** How its package is made. */
export const packagingNames = ['dependencies', 'layer', 'bundle', 'build'] as const;
