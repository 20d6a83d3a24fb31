// PutEvents and TestEventPattern.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-eventbridge';
import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { check } from './checks.ts';
import { messageOf } from './envelope.ts';
import { invalid } from './errors.ts';
import type { Publish } from './publish.ts';
import { checkPattern } from './rules.ts';
import { busName, type EventsState } from './state.ts';

const mostEntries = 10;
/** Bytes of all entries together. */
const largestRequest = 1024 * 1024;

export const events = (publish: Publish): Handlers<typeof sdk, EventsState> => ({
  PutEvents({ Entries = [] }, { state, call }) {
    const shown = `[${Entries.map(entryText).join(', ')}]`;
    if (Entries.length > mostEntries) {
      check([[shown, 'entries', `have length less than or equal to ${mostEntries}`]]);
    }
    if (Entries.length === 0) check([[shown, 'entries', 'have length greater than or equal to 1']]);
    if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > largestRequest) {
      throw invalid('Total size of the entries in the request is over the limit.');
    }
    const results = Entries.map((entry) => putEvent(state, call, entry, publish));
    const FailedEntryCount = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
    return { FailedEntryCount, Entries: results };
  },

  TestEventPattern({ EventPattern = '', Event = '' }) {
    const event = objectIn(Event);
    const required = ['id', 'account', 'source', 'time', 'region', 'detail-type'];
    if (!event || !required.every((key) => Object.hasOwn(event, key))) {
      throw invalid('Parameter Event is not valid.');
    }
    return { Result: checkPattern(EventPattern)(event) };
  },
});

function putEvent(
  { host }: EventsState,
  call: Call,
  entry: PutEventsRequestEntry,
  publish: Publish,
): PutEventsResultEntry {
  const { Source, DetailType, Detail, Resources, Time, EventBusName } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value) continue;
    const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage };
  }
  if (Source?.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  if (!objectIn(Detail as string))
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const EventId = randomUUID();
  const message = messageOf(call, EventId, {
    source: Source as string,
    detailType: DetailType as string,
    detail: Detail as string,
    resources: Resources ?? [],
    time: Time?.getTime() ?? host.now(),
  });
  publish(call, busName(call, EventBusName), message);
  return { EventId };
}

/** Jackson, which AWS reads events with, refuses what is nested deeper. */
const deepest = 1000;

function objectIn(text: string): Record<string, unknown> | undefined {
  if (depthOf(text) > deepest) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** How deep objects and lists lie in one another. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted && character === '\\') at++;
    else if (!quoted && (character === '{' || character === '[')) most = Math.max(most, ++depth);
    else if (!quoted && (character === '}' || character === ']')) depth--;
  }
  return most;
}

/** As AWS counts it: 14 bytes for a time. */
function sizeOf({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time ? 14 : 0);
}

/** An entry as AWS shows it in errors. */
function entryText(entry: PutEventsRequestEntry): string {
  const { Time, Source, Resources, DetailType, Detail, EventBusName, TraceHeader } = entry;
  const members = {
    time: Time?.toISOString(),
    source: Source,
    resources: Resources && `[${Resources.join(', ')}]`,
    detailType: DetailType,
    detail: Detail,
    eventBusName: EventBusName,
    traceHeader: TraceHeader,
    kmsKeyIdentifier: null,
    internalMetadata: null,
  };
  const shown = Object.entries(members).map(([name, value]) => `${name}=${value ?? null}`);
  return `PutEventsRequestEntry(${shown.join(', ')})`;
}
