// A message on its way to the subscriptions of a topic.
import type { MessageAttribute } from '../../../faces.ts';

export interface Message {
  readonly id: string;
  readonly text: string;
  /** The texts for single protocols, and the default; undefined: all get the text. */
  readonly structure?: Readonly<Record<string, string>>;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** FIFO only. */
  readonly sequenceNumber?: string;
  /** Epoch milliseconds. */
  readonly published: number;
  /** The trace of the request. */
  readonly trace?: string;
}

export const textFor = ({ text, structure }: Message, protocol: string): string =>
  structure ? (structure[protocol] ?? structure.default ?? text) : text;
