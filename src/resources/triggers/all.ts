// The table of the kinds of triggers: one line and one file for each file of src/config/triggers/. A kind imports no SDK
// package but Lambda's before it makes a call, because every command loads this table.
import type { TriggerKinds } from './kind.ts';
import { sqs } from './sqs.ts';

export const triggerKinds: TriggerKinds = { sqs };
