// Whether an execution could be redriven on AWS.
import type { ExecutionRedriveStatus } from '@aws-sdk/client-sfn';
import type { ExecutionRecord } from '../records.ts';

export function redriveOf({ status }: ExecutionRecord): {
  redriveStatus: ExecutionRedriveStatus;
  redriveStatusReason?: string;
} {
  return status === 'RUNNING' || status === 'SUCCEEDED'
    ? {
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: `Execution is ${status} and cannot be redriven`,
      }
    : { redriveStatus: 'REDRIVABLE' };
}
