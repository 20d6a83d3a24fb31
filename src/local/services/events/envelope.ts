// Events as rules and targets see them.
import type { Scope } from '../../call.ts';
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

export const envelopeOf = (
  { account, region }: Scope,
  id: string,
  { source, detailType, detail, resources = [], time = Date.now() }: BusEvent,
): Envelope => ({
  version: '0',
  id,
  'detail-type': detailType,
  source,
  account,
  time: secondsOf(time),
  region,
  resources,
  detail,
});

/** `2024-01-01T10:00:00Z` */
export const secondsOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
