// The AWS operations behind the fields of a function: from the SDK's schemas, else named here.
import * as lambda from '@aws-sdk/client-lambda';
import { apiName } from '../../src/config/api-names.ts';
import type { attachments } from '../../src/config/attachments/all.ts';
import type { functionSchema } from '../../src/config/schema/function.ts';

type Field = keyof typeof functionSchema.shape;
type Attachment = keyof typeof attachments;

const ofAttachments: Record<Attachment, readonly string[]> = {
  reservedConcurrentExecutions: ['PutFunctionConcurrency', 'DeleteFunctionConcurrency'],
  eventInvokeConfig: ['PutFunctionEventInvokeConfig', 'DeleteFunctionEventInvokeConfig'],
  url: [
    'CreateFunctionUrlConfig',
    'UpdateFunctionUrlConfig',
    'DeleteFunctionUrlConfig',
    'AddPermission',
    'RemovePermission',
  ],
  permissions: ['AddPermission', 'RemovePermission'],
  aliases: ['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'PutProvisionedConcurrencyConfig', 'PublishVersion'],
  recursiveLoop: ['PutFunctionRecursionConfig'],
  codeSigningConfigArn: ['PutFunctionCodeSigningConfig', 'DeleteFunctionCodeSigningConfig'],
  runtimeManagementConfig: ['PutRuntimeManagementConfig'],
  triggers: ['CreateEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping'],
};

const ofOthers: Partial<Record<Exclude<Field, Attachment>, readonly string[]>> = {
  code: ['CreateFunction', 'UpdateFunctionCode'],
  image: ['CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'],
  policies: ['AttachRolePolicy', 'DetachRolePolicy'],
  statements: ['PutRolePolicy', 'DeleteRolePolicy'],
  permissionsBoundary: ['CreateRole', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
  tags: ['CreateFunction', 'TagResource', 'UntagResource', 'TagRole', 'UntagRole'],
  logRetentionInDays: ['PutRetentionPolicy', 'DeleteRetentionPolicy'],
};

/** None for fields that only say how the package is built. */
export function operationsOf(field: Field): readonly string[] {
  const named = { ...ofOthers, ...ofAttachments }[field];
  if (named) return named;
  const requests = {
    CreateFunction: lambda.CreateFunctionRequest$,
    UpdateFunctionCode: lambda.UpdateFunctionCodeRequest$,
    UpdateFunctionConfiguration: lambda.UpdateFunctionConfigurationRequest$,
  };
  // The fifth place of a structure's schema holds the names of its members.
  return Object.entries(requests)
    .filter(([, schema]) => (schema as unknown as string[][])[4]?.includes(apiName(field)))
    .map(([operation]) => operation);
}
