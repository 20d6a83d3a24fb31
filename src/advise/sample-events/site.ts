// The names in a sample event: those of the project where it has them, and made-up ones elsewhere.

export interface EventSite {
  /** Of `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** The physical name of the function. */
  readonly functionName: string;
  readonly bucket: string;
  /** The key of the object in the bucket, not encoded. */
  readonly objectKey: string;
  readonly queue: string;
  readonly topic: string;
  readonly table: string;
  readonly stream: string;
  readonly schedule: string;
  readonly logGroup: string;
  /** Source and detail-type of an event on a bus, and its detail. */
  readonly busEvent: { readonly source: string; readonly detailType: string; readonly detail: object };
  /** `GET`, and `/users/{id}` as the route says it. */
  readonly method: string;
  readonly route: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The ARN of a resource of this account and region. */
export function arnOf({ partition, region, account }: EventSite, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** `2025-01-01T00:00:00.000Z` */
export const isoTime = ({ now }: EventSite): string => new Date(now).toISOString();

/** `2025-01-01T00:00:00Z` */
export const isoSeconds = (site: EventSite): string => isoTime(site).replace(/\.\d+/, '');
