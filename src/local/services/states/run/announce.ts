// The events about executions on the default bus.
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
import type { ServiceHost } from '../../../service.ts';
import type { ExecutionRecord } from '../records.ts';
import { redriveOf } from './redrive.ts';

export function announce(host: ServiceHost, record: ExecutionRecord): void {
  if (record.type === 'EXPRESS') return;
  const { arn, machineArn, name, status, started, stopped, input, output } = record;
  host.face('buses').put(record, {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machineArn,
      name,
      status,
      startDate: started,
      stopDate: stopped ?? null,
      input,
      output: output ?? null,
      stateMachineVersionArn: record.versionArn ?? null,
      stateMachineAliasArn: record.aliasArn ?? null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: redriveOf(record).redriveStatus,
      redriveStatusReason: redriveOf(record).redriveStatusReason ?? null,
      inputDetails: { included: true },
      outputDetails: output === undefined ? null : { included: true },
      error: record.error ?? null,
      cause: record.cause ?? null,
    },
  });
}
