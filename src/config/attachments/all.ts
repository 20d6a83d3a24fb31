// The fields of a function with AWS operations of their own: a line and a file each. A resource file of the same name
// in src/resources/attachments/ says what the program does with it.
import type * as z from 'zod';
import type { attachmentNames } from '../schema/field-names.ts';
import { aliases } from './aliases.ts';
import { codeSigning } from './code-signing.ts';
import { concurrency } from './concurrency.ts';
import { eventInvokeConfig } from './event-invoke-config.ts';
import { functionUrl } from './function-url.ts';
import { permissions } from './permissions.ts';
import { recursion } from './recursion.ts';
import { runtimeManagement } from './runtime-management.ts';
import { triggers } from './triggers.ts';

export const attachments = {
  reservedConcurrentExecutions: concurrency,
  eventInvokeConfig,
  url: functionUrl,
  permissions,
  aliases,
  recursiveLoop: recursion,
  codeSigningConfigArn: codeSigning,
  runtimeManagementConfig: runtimeManagement,
  triggers,
} satisfies Record<(typeof attachmentNames)[number], z.ZodType>;

/** null: slsctl removes it. */
export type Attachments = {
  [Field in keyof typeof attachments]?: z.infer<(typeof attachments)[Field]> | null;
};
