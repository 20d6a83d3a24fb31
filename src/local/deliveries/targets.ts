// Sends to the targets that EventBridge and its Scheduler share.
import type { EventSource, QueueMessage } from '../faces.ts';
import type { ServiceHost } from '../service.ts';
import { ServiceError } from '../service-error.ts';

export interface Shipment {
  readonly arn: string;
  /** The payload as text, JSON as a rule. */
  readonly text: string;
  /** The service that sends. undefined: the target is reached with a role. */
  readonly source: EventSource | undefined;
  /** For FIFO queues. */
  readonly groupId?: string;
  /** For streams. */
  readonly partitionKey?: string;
}

/** The service in an ARN: `lambda`. */
export const serviceOf = (arn: string): string => arn.split(':')[2] ?? '';

/** @throws ServiceError and exceptions of the target's service when it refuses */
export function sendTo(host: ServiceHost, { arn, text, source, groupId, partitionKey = '' }: Shipment): void {
  switch (serviceOf(arn)) {
    case 'lambda':
      host.face('functions').deliver(arn, functionEvent(text), source);
      return;
    case 'sqs':
      host.face('queues').send(arn, { body: text, groupId }, source);
      return;
    case 'sns':
      host.face('topics').publish(arn, { text }, source);
      return;
    case 'states':
      host.face('machines').start(arn, text);
      return;
    case 'kinesis':
      host.face('kinesis').put(arn, { data: Buffer.from(text), key: partitionKey });
      return;
    default:
      throw new ServiceError('NotSupported', `the local AWS does not send to ${arn}`);
  }
}

/** Functions get JSON: a text of quoted lines becomes one string. */
function functionEvent(text: string): unknown {
  try {
    JSON.parse(text);
    return Buffer.from(text);
  } catch {
    return text
      .split('\n')
      .map((line) => line.trim().replace(/^"(.*)"$/, '$1'))
      .join('\n');
  }
}

/**
 * Checks the role with which a target is reached.
 * @throws ServiceError AccessDeniedException unless the service may assume it, and it allows the action
 */
export function checkRole(
  host: ServiceHost,
  { role, principal, action, arn }: { role: string; principal: string; action: string; arn: string },
): void {
  if (!host.face('roles').assumable(role, principal)) {
    throw new ServiceError('AccessDeniedException', `${principal} cannot assume the role ${role}`, 403);
  }
  if (host.face('policies').allowsRole(role, action, arn)) return;
  throw new ServiceError('AccessDeniedException', `the role ${role} does not allow ${action} on ${arn}`, 403);
}

/** The action that a role must allow on a target. */
export const actionOf = (arn: string): string =>
  ({
    lambda: 'lambda:InvokeFunction',
    sqs: 'sqs:SendMessage',
    sns: 'sns:Publish',
    events: 'events:PutEvents',
    kinesis: 'kinesis:PutRecord',
    states: 'states:StartExecution',
  })[serviceOf(arn)] ?? `${serviceOf(arn)}:*`;

/** The message attributes of a dead letter. */
export const attributesOf = (texts: Readonly<Record<string, string | number>>): QueueMessage['attributes'] =>
  Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [
      name,
      { type: typeof value === 'number' ? 'Number' : 'String', text: String(value) },
    ]),
  );

/** The code of a failure in dead letters. */
export function errorCode(error: Error): string {
  const { $metadata, status = $metadata?.httpStatusCode } = error as {
    $metadata?: { httpStatusCode?: number };
    status?: number;
  };
  if (/AccessDenied|AuthorizationError|Forbidden/.test(error.name) || status === 403) return 'NO_PERMISSIONS';
  if (/NotFound|DoesNotExist|NonExistent/.test(error.name) || status === 404) return 'NO_RESOURCE';
  return error instanceof ServiceError ? 'ERROR_FROM_TARGET' : 'UNKNOWN';
}
