// The input of a target: the event, a part of it, a constant, or a template that is filled in.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
import type { Target } from '@aws-sdk/client-eventbridge';
import type { Envelope } from '../envelope.ts';
import { valueAt } from './json-path.ts';

export interface Rule {
  readonly arn: string;
  readonly name: string;
}

/** The input as text; undefined: a template that does not become JSON, so the event is dropped, as on AWS. */
export function inputOf(target: Target, event: Envelope, rule: Rule, ingested: string): string | undefined {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(valueAt(event, InputPath) ?? null);
  if (!InputTransformer) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  const values: Record<string, unknown> = {
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
  event: Envelope,
  rule: Rule,
  ingested: string,
): Record<(typeof reserved)[number], unknown> {
  const { detail: _, 'detail-type': detailType, version, id, ...rest } = event;
  return {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': ingested,
    'aws.events.event.json': event,
    'aws.events.event': { version, id, detailType, ...rest },
  };
}

/** A text in quotes, or several in lines. JSON loses its quotes in it. */
function filledText(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.trim().replace(placeholder, (shown, name: string) => {
    if (!Object.hasOwn(values, name)) return shown;
    const value = values[name];
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? inner(value) : JSON.stringify(value).replaceAll('"', '');
  });
}

/** Values become JSON, but texts inside of quotes. */
function filledJson(template: string, values: Readonly<Record<string, unknown>>): string {
  const pieces = /"(?:[^"\\]|\\.)*"|<[^<>\s]+>/gs;
  return template.replace(pieces, (piece) => {
    const quoted = piece.startsWith('"');
    return piece.replace(placeholder, (shown, name: string) => {
      if (!Object.hasOwn(values, name)) return shown;
      const value = values[name] ?? '';
      if (!quoted) return JSON.stringify(value);
      return typeof value === 'string' ? inner(value) : JSON.stringify(value);
    });
  });
}

/** A text as it stands between quotes in JSON. */
const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
