// An error of an AWS call, as the tables of this folder look at it.
import type { Described } from '../described.ts';

export interface Refusal {
  /** The service's code: `ResourceNotFoundException`. */
  name: string;
  /** AWS's own words, without the full stop. */
  text: string;
  /** `Lambda:CreateFunction`, when the call is known. */
  call?: string;
  /** The name or ARN that the call is about. */
  resource?: string;
  /** The code that Lambda adds to a refusal of calls: which limit it was. */
  limit?: string;
}

export type Advice = (refusal: Refusal) => Described;

/** The errors of one kind, and what to do about them. */
export interface Kind {
  /** By the service's error code. Sources: the errors that the Lambda, IAM, Logs and STS references list. */
  readonly codes: Readonly<Record<string, Advice>>;
  /** Looks at the text too, where the code alone does not tell; asked before the codes of all kinds. */
  readonly match?: (refusal: Refusal) => Advice | undefined;
}

/** How a message begins: `lambda CreateFunction my-function:`; empty when the call is not known. */
export function subject({ call, resource }: Refusal): string {
  if (!call) return '';
  const [service = '', operation = ''] = call.split(':');
  return `${prefixOf(service)} ${operation}${resource ? ` ${resource}` : ''}:`;
}

/** The service in the names of IAM actions and of the aws CLI. */
export function prefixOf(service: string): string {
  return service === 'CloudWatchLogs' ? 'logs' : service.toLowerCase();
}
