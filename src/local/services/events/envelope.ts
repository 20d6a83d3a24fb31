// Events as rules and targets see them.
import type { Scope } from '../../call.ts';
import { compact } from '../../exact-json.ts';
import type { BusEvent } from '../../faces.ts';

export interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** `2024-01-01T10:00:00Z` */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** An event, and the JSON that targets receive: its numbers are those that the sender wrote. */
export interface BusMessage {
  readonly event: Envelope;
  readonly text: string;
}

export function messageOf(
  { account, region }: Scope,
  id: string,
  { source, detailType, detail, resources = [], time = Date.now() }: BusEvent,
): BusMessage {
  const head: Omit<Envelope, 'detail'> = {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account,
    time: secondsOf(time),
    region,
    resources,
  };
  const detailText = typeof detail === 'string' ? compact(detail) : JSON.stringify(detail);
  return {
    event: { ...head, detail: typeof detail === 'string' ? JSON.parse(detail) : detail },
    text: `${JSON.stringify(head).slice(0, -1)},"detail":${detailText}}`,
  };
}

/** The message in the text of another one. */
export const messageIn = (text: string): BusMessage => ({ event: JSON.parse(text), text });

/** The same message under another id. */
export const withId = ({ event, text }: BusMessage, id: string): BusMessage => ({
  event: { ...event, id },
  text: text.replace(event.id, id),
});

/** `2024-01-01T10:00:00Z` */
export const secondsOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
