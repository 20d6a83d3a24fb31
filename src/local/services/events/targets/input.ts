// The input of a target: the event, a part of it, a constant, or a template that is filled in.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
import type { Target } from '@aws-sdk/client-eventbridge';
import { type Exact, parseExact, stringifyExact } from '../../../exact-json.ts';
import type { BusMessage } from '../envelope.ts';
import { valueAt } from './json-path.ts';

export interface Rule {
  readonly arn: string;
  readonly name: string;
}

type Values = Readonly<Record<string, Exact | undefined>>;

/** The input as text; undefined: a template that does not become JSON, so the event is dropped, as on AWS. */
export function inputOf(
  target: Target,
  message: BusMessage,
  rule: Rule,
  ingested: string,
): string | undefined {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return stringifyExact(valueAt(parseExact(message.text), InputPath) ?? null);
  if (!InputTransformer) return message.text;
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  const event = parseExact(message.text) as ReadonlyMap<string, Exact>;
  const values: Values = {
    ...Object.fromEntries(Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)])),
    ...reservedValues(event, rule, ingested),
  };
  if (InputTemplate.trimStart().startsWith('"')) return filledText(InputTemplate, values);
  const text = filledJson(InputTemplate, values);
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

export const placeholder = /<([^<>\s]+)>/g;

/** Names in templates that need no path. */
export const reserved = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event.json',
  'aws.events.event',
] as const;

function reservedValues(
  event: ReadonlyMap<string, Exact>,
  rule: Rule,
  ingested: string,
): Record<(typeof reserved)[number], Exact> {
  const members = Array.from(
    event,
    ([name, value]) => [name === 'detail-type' ? 'detailType' : name, value] as const,
  );
  return {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': ingested,
    'aws.events.event.json': event,
    'aws.events.event': new Map(members.filter(([name]) => name !== 'detail')),
  };
}

/** A text in quotes, or several in lines. JSON loses its quotes in it. */
function filledText(template: string, values: Values): string {
  return template.trim().replace(placeholder, (shown, name: string) => {
    if (!Object.hasOwn(values, name)) return shown;
    const value = values[name];
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? inner(value) : stringifyExact(value).replaceAll('"', '');
  });
}

/** Values become JSON, but texts inside of quotes. */
function filledJson(template: string, values: Values): string {
  const pieces = /"(?:[^"\\]|\\.)*"|<[^<>\s]+>/gs;
  return template.replace(pieces, (piece) => {
    const quoted = piece.startsWith('"');
    return piece.replace(placeholder, (shown, name: string) => {
      if (!Object.hasOwn(values, name)) return shown;
      const value = values[name] ?? '';
      if (!quoted) return stringifyExact(value);
      return typeof value === 'string' ? inner(value) : stringifyExact(value);
    });
  });
}

/** A text as it stands between quotes in JSON. */
const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
