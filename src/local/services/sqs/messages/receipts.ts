// Receipt handles: they name a message of a queue, and the receive that they belong to.
import { noSuchReceipt } from '../errors.ts';
import type { Entry } from '../queue/entry.ts';
import type { QueueRecord } from '../records.ts';

export interface Receipt {
  readonly sequence: string;
  /** The number of the receive. */
  readonly receives: number;
}

const mark = 'AQEB';

/** A queue that was deleted and created again has other handles. */
export function handleOf({ name, created }: QueueRecord, { sequence, receives }: Receipt | Entry): string {
  return mark + Buffer.from(`${sequence} ${receives} ${created} ${name}`).toString('base64');
}

/** @throws ReceiptHandleIsInvalid when it is not a handle of this queue */
export function readHandle(queue: QueueRecord, handle: string): Receipt {
  const text = Buffer.from(handle.slice(mark.length), 'base64').toString();
  const [, sequence = '', receives = ''] = /^(\d{20}) (\d{1,9}) /.exec(text) ?? [];
  const receipt = { sequence, receives: Number(receives) };
  if (handleOf(queue, receipt) !== handle) throw noSuchReceipt(handle);
  return receipt;
}
