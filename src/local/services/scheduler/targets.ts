// Targets of schedules: functions, queues, topics, streams and buses, also as universal targets.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
import type { Target } from '@aws-sdk/client-scheduler';
import { actionOf, checkRole, sendTo, serviceOf } from '../../deliveries/targets.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { principal } from './checks.ts';
import type { Execution } from './state.ts';

/** @throws ServiceError and exceptions of the target's service when the role or the target refuses */
export function invoke(host: ServiceHost, execution: Execution, input: string): void {
  const { target } = execution;
  const { Arn = '', RoleArn: role = '' } = target;
  const universal = /^arn:[\w-]+:scheduler:::aws-sdk:(\w+):(\w+)$/.exec(Arn);
  const calls = universal
    ? universalCalls(execution, `${universal[1]}:${universal[2]}`, input)
    : [templatedCall(target, input)];
  for (const call of calls) {
    checkRole(host, { role, principal, action: actionOf(call.arn), arn: call.arn });
    if (call.event) host.face('buses').put(execution, call.event, call.arn);
    else sendTo(host, { ...call, source: undefined });
  }
}

interface TargetCall {
  readonly arn: string;
  readonly text: string;
  readonly groupId?: string;
  readonly partitionKey?: string;
  /** For buses. */
  readonly event?: { readonly source: string; readonly detailType: string; readonly detail: string };
}

function templatedCall(target: Target, text: string): TargetCall {
  const { Arn: arn = '', SqsParameters, KinesisParameters, EventBridgeParameters } = target;
  if (serviceOf(arn) !== 'events') {
    const groupId = SqsParameters?.MessageGroupId;
    return { arn, text, groupId, partitionKey: KinesisParameters?.PartitionKey };
  }
  const { Source = '', DetailType = '' } = EventBridgeParameters ?? {};
  return { arn, text, event: { source: Source, detailType: DetailType, detail: checkedObject(text) } };
}

/** The input is the input of the operation. */
function universalCalls({ account, region }: Execution, operation: string, input: string): TargetCall[] {
  const arnOf = (service: string, resource: string): string =>
    resource.startsWith('arn:')
      ? resource
      : `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
  const members = objectOf(input) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => String(members[name] ?? '');
  switch (operation) {
    case 'lambda:invoke': {
      const name = text('FunctionName');
      return [
        {
          arn: arnOf('lambda', name.startsWith('arn:') ? name : `function:${name}`),
          text: text('Payload') || '{}',
        },
      ];
    }
    case 'sqs:sendMessage': {
      const queue = text('QueueUrl').split('/').at(-1) ?? '';
      const groupId = members.MessageGroupId === undefined ? {} : { groupId: text('MessageGroupId') };
      return [{ arn: arnOf('sqs', queue), text: text('MessageBody'), ...groupId }];
    }
    case 'sns:publish':
      return [{ arn: text('TopicArn'), text: text('Message') }];
    case 'eventbridge:putEvents': {
      const entries = Array.isArray(members.Entries) ? (members.Entries as Record<string, string>[]) : [];
      return entries.map(({ Source = '', DetailType = '', Detail = '{}', EventBusName = 'default' }) => ({
        arn: arnOf('events', EventBusName.startsWith('arn:') ? EventBusName : `event-bus/${EventBusName}`),
        text: Detail,
        event: { source: Source, detailType: DetailType, detail: checkedObject(Detail) },
      }));
    }
    default:
      throw new ServiceError('NotSupported', `the local AWS does not call ${operation} for schedules`);
  }
}

/** The same text. @throws ServiceError ValidationException when it is not a JSON object */
function checkedObject(text: string): string {
  objectOf(text);
  return text;
}

/** @throws ServiceError ValidationException when the text is not a JSON object */
function objectOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Refused below.
  }
  throw new ServiceError('ValidationException', 'The input of the target is not a JSON object.');
}
