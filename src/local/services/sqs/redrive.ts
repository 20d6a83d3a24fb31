// Redrive policies: where messages go that are received too often, and which queues may send them there.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
import { isFifo } from './attributes.ts';
import { invalid, invalidValue } from './errors.ts';
import { nameInArn, queueArn } from './names.ts';
import type { QueueRecord } from './records.ts';
import type { SqsState } from './state.ts';

export interface Redrive {
  /** The ARN of the dead-letter queue. */
  readonly target: string;
  /** The number of receives after which a message moves. */
  readonly most: number;
}

/** undefined: the queue has no redrive policy. */
export function redriveOf({ attributes }: QueueRecord): Redrive | undefined {
  if (!attributes.RedrivePolicy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(attributes.RedrivePolicy);
  return { target: deadLetterTargetArn, most: Number(maxReceiveCount) };
}

/**
 * Checks the redrive policies that a request sets.
 * @throws ServiceError InvalidParameterValue
 */
export function checkRedrive(
  state: SqsState,
  queue: QueueRecord,
  { RedrivePolicy, RedriveAllowPolicy }: Readonly<Record<string, string>>,
): void {
  if (RedrivePolicy) checkPolicy(state, queue, RedrivePolicy);
  if (RedriveAllowPolicy) checkAllowPolicy(RedriveAllowPolicy);
}

function checkPolicy(state: SqsState, queue: QueueRecord, text: string): void {
  const refused = (reason: string) => invalidValue('RedrivePolicy', text, reason);
  const { deadLetterTargetArn, maxReceiveCount } = objectIn('RedrivePolicy', text);
  if (deadLetterTargetArn === undefined) {
    throw refused('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  }
  if (maxReceiveCount === undefined) {
    throw refused('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  }
  if (typeof deadLetterTargetArn !== 'string' || !nameInArn(deadLetterTargetArn)) {
    throw refused('Invalid value for deadLetterTargetArn.');
  }
  const count = Number(maxReceiveCount);
  if (!/^\d{1,9}$/.test(String(maxReceiveCount)) || count < 1 || count > 1000) {
    throw refused(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  const target = state.findByArn(deadLetterTargetArn);
  if (!target) throw refused('Dead letter target does not exist.');
  if (target.account !== queue.account || target.region !== queue.region) {
    throw refused('Dead letter target owned by another account or in another region.');
  }
  if (isFifo(target) !== isFifo(queue)) {
    throw refused('Dead-letter queue must be same type of queue as the source.');
  }
  if (!allows(target, queueArn(queue))) {
    throw refused('Queue does not have permissions to use the dead-letter queue.');
  }
}

const permissions = ['allowAll', 'denyAll', 'byQueue'];

function checkAllowPolicy(text: string): void {
  const refused = (reason: string) => invalidValue('RedriveAllowPolicy', text, reason);
  const { redrivePermission, sourceQueueArns } = objectIn('RedriveAllowPolicy', text);
  if (!permissions.includes(String(redrivePermission))) {
    throw refused('Invalid value for redrivePermission.');
  }
  if ((redrivePermission === 'byQueue') !== (sourceQueueArns !== undefined)) {
    throw refused(
      redrivePermission === 'byQueue'
        ? 'sourceQueueArns must be set when redrivePermission is byQueue.'
        : 'sourceQueueArns can only be set when redrivePermission is byQueue.',
    );
  }
  if (sourceQueueArns === undefined) return;
  const arns = Array.isArray(sourceQueueArns) ? sourceQueueArns : [];
  if (arns.length < 1 || arns.length > 10 || !arns.every((arn) => nameInArn(String(arn)))) {
    throw refused('sourceQueueArns must contain 1 to 10 ARNs of queues.');
  }
}

/** Whether the dead-letter queue lets this queue send to it. */
function allows({ attributes }: QueueRecord, source: string): boolean {
  const { redrivePermission = 'allowAll', sourceQueueArns = [] } = attributes.RedriveAllowPolicy
    ? JSON.parse(attributes.RedriveAllowPolicy)
    : {};
  return redrivePermission === 'byQueue'
    ? sourceQueueArns.includes(source)
    : redrivePermission === 'allowAll';
}

function objectIn(name: string, text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Not JSON.
  }
  throw invalid(`Value ${text} for parameter ${name} is invalid. Reason: ${name} is not a valid JSON map.`);
}

/** The queues with this queue as their dead-letter queue, in the order of their names. */
export function* sourcesOf(
  state: SqsState,
  queue: QueueRecord,
): Iterable<[key: string, source: QueueRecord]> {
  const arn = queueArn(queue);
  for (const entry of state.queues.entries(`${queue.account}/${queue.region}/`)) {
    if (redriveOf(entry[1])?.target === arn) yield entry;
  }
}
