// Deletes messages, and changes how long they are invisible, by receipt handle.
import { isFifo } from '../attributes.ts';
import { invalidValue } from '../errors.ts';
import type { QueueRecord } from '../records.ts';
import type { SqsState } from '../state.ts';
import { readHandle } from './receipts.ts';

/**
 * Deletes the message, if it is still there. Standard queues accept older handles too.
 * @throws ReceiptHandleIsInvalid, ServiceError InvalidParameterValue when the handle of a FIFO queue has expired
 */
export function drop(state: SqsState, queue: QueueRecord, handle: string): void {
  const receipt = readHandle(queue, handle);
  const live = state.live(queue);
  const entry = live.messages.find(receipt.sequence);
  if (!entry) return;
  if (isFifo(queue) && (entry.state !== 'inFlight' || entry.receives !== receipt.receives)) {
    throw invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');
  }
  live.messages.remove(entry);
  live.tell();
}

const longest = 43_200;

/** @throws ServiceError InvalidParameterValue for a number of seconds that is not allowed */
export function checkVisibility(seconds: number | undefined): void {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 0 && seconds <= longest)) return;
  throw invalidValue('VisibilityTimeout', seconds, `Must be >= 0 and <= ${longest}, if provided.`);
}

/**
 * Shows the message again after so many seconds from now. Nothing changes when it is visible already. Standard queues
 * accept older handles too.
 * @throws ReceiptHandleIsInvalid, ServiceError InvalidParameterValue
 */
export function changeVisibility(
  state: SqsState,
  queue: QueueRecord,
  handle: string,
  seconds: number | undefined,
): void {
  checkVisibility(seconds);
  const receipt = readHandle(queue, handle);
  const live = state.live(queue);
  const entry = live.messages.find(receipt.sequence);
  if (!entry) {
    throw invalidValue(
      'ReceiptHandle',
      handle,
      'Message does not exist or is not available for visibility timeout change.',
    );
  }
  if (entry.state !== 'inFlight' || (isFifo(queue) && entry.receives !== receipt.receives)) return;
  live.messages.hide(entry, state.now() + (seconds ?? 0) * 1000);
  live.tell();
}
