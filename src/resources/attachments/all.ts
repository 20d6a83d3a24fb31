// The table of attachment kinds: one line and one file for each field of src/config/attachments/.
import type { Attachments } from '../../config/attachments/all.ts';
import { aliases } from './aliases.ts';
import { codeSigning } from './code-signing.ts';
import { concurrency } from './concurrency.ts';
import { eventInvokeConfig } from './event-invoke-config.ts';
import { functionUrl } from './function-url.ts';
import type { Kinds } from './kind.ts';
import { permissions } from './permissions.ts';
import { recursion } from './recursion.ts';
import { runtimeManagement } from './runtime-management.ts';
import { triggers } from './triggers.ts';

export const attachmentKinds: Kinds<Attachments> = {
  reservedConcurrentExecutions: concurrency,
  eventInvokeConfig,
  url: functionUrl,
  permissions,
  recursiveLoop: recursion,
  codeSigningConfigArn: codeSigning,
  runtimeManagementConfig: runtimeManagement,
  aliases,
  triggers,
};
