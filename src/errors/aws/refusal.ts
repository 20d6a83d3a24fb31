// An error of an AWS call, in the form that the tables of this folder use.
import type { Described } from '../described.ts';

export interface Refusal {
  /** The service's code: `ResourceNotFoundException`. */
  name: string;
  /** AWS's message, without the full stop. */
  text: string;
  /** `Lambda:CreateFunction`, if the call is known. */
  call?: string;
  /** Name or ARN of the resource. */
  resource?: string;
  /** For a read that was denied: all reads that were denied in this run, this one included. */
  denied?: readonly Refusal[];
  /** Lambda's code for the limit that was reached, in errors about too many calls. */
  limit?: string;
}

export type Advice = (refusal: Refusal) => Described;

/** Errors of one kind, and the advice for each. */
export interface Kind {
  /** By the service's error code. Source: the error lists in the API references of Lambda, IAM, Logs and STS. */
  readonly codes: Readonly<Record<string, Advice>>;
  /** For errors that the code alone does not identify. Called before the codes of all kinds are looked up. */
  readonly match?: (refusal: Refusal) => Advice | undefined;
}

/** The start of a message: `lambda CreateFunction my-function:`; empty when the call is unknown. */
export function subject({ call, resource }: Refusal): string {
  if (!call) return '';
  const [service = '', operation = ''] = call.split(':');
  return `${prefixOf(service)} ${operation}${resource ? ` ${resource}` : ''}:`;
}

/** Services whose prefix is not their name in the SDK. */
const prefixes: Readonly<Record<string, string>> = {
  CloudWatchLogs: 'logs',
  EventBridge: 'events',
  ResourceGroupsTaggingAPI: 'tag',
};

/** The service's name in IAM actions and in the aws CLI. */
export function prefixOf(service: string): string {
  return prefixes[service] ?? service.toLowerCase();
}
