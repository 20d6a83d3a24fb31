// Whether the role of a machine may do what a task asks for.
import { randomUUID } from 'node:crypto';
import { partitionOf } from '../../../partition.ts';
import type { Json, JsonObject } from '../../../states-language/json.ts';
import { assumed } from './api-call.ts';
import { denied } from './failures.ts';
import { sessionOf, type TaskCall } from './kind.ts';

interface Needed {
  readonly action: string;
  readonly resource: string;
}

/** @throws StateFailure when the role does not allow it */
export function checkPermission(
  call: Pick<TaskCall, 'execution' | 'service' | 'operation' | 'roleArn'>,
  parameters: JsonObject,
): void {
  const { execution, service, roleArn } = call;
  const policies = execution.state.host.face('policies');
  for (const { action, resource } of needs(call, parameters)) {
    if (policies.allowsRole(roleArn, action, resource)) continue;
    const caller = assumed(roleArn, sessionOf(execution));
    throw denied(service, caller, action, resource, randomUUID());
  }
}

function needs(
  { execution, service, operation }: Pick<TaskCall, 'execution' | 'service' | 'operation'>,
  parameters: JsonObject,
): Needed[] {
  const { account, region } = execution.record;
  const arn = (resource: string): string =>
    `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
  const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
  switch (service) {
    case 'lambda': {
      const name = text(parameters.FunctionName);
      const qualifier = parameters.Qualifier === undefined ? '' : `:${text(parameters.Qualifier)}`;
      const resource = name.startsWith('arn:') ? name : arn(`function:${name}`);
      return [{ action: 'lambda:InvokeFunction', resource: resource + qualifier }];
    }
    case 'sqs':
      return [
        { action: 'sqs:SendMessage', resource: arn(text(parameters.QueueUrl).split('/').at(-1) ?? '') },
      ];
    case 'sns':
      return [{ action: 'sns:Publish', resource: text(parameters.TopicArn ?? parameters.TargetArn) }];
    case 'states':
      return [{ action: 'states:StartExecution', resource: text(parameters.StateMachineArn) }];
    case 'events': {
      const entries = Array.isArray(parameters.Entries) ? (parameters.Entries as readonly JsonObject[]) : [];
      const buses = new Set(entries.map(({ EventBusName }) => text(EventBusName) || 'default'));
      return Array.from(buses, (bus) => ({
        action: 'events:PutEvents',
        resource: bus.startsWith('arn:') ? bus : arn(`event-bus/${bus}`),
      }));
    }
    default: {
      const name = text(parameters.TableName);
      const action = `dynamodb:${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
      return [{ action, resource: name.startsWith('arn:') ? name : arn(`table/${name}`) }];
    }
  }
}
