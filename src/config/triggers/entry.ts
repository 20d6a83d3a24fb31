// An entry of `triggers:` as users type it on a command line.
import * as z from 'zod';
import { httpRoute } from '../apis/routes.ts';
import { triggerNames } from '../schema/field-names.ts';
import { maps } from '../schema/file.ts';
import { type TriggerKindName, triggerKinds } from './all.ts';

/** The fields of a kind; the first names the source. */
export function fieldsOf(kind: TriggerKindName): string[] {
  return maps(triggerKinds[kind] as z.ZodType).flatMap((schema) =>
    schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
  );
}

/** Whether one text says it all: `sqs: orders`. */
export function hasShortForm(kind: TriggerKindName): boolean {
  return maps(triggerKinds[kind] as z.ZodType).some((schema) => schema instanceof z.ZodString);
}

export function isKind(text: string): text is TriggerKindName {
  return (triggerNames as readonly string[]).includes(text);
}

/** The kind of an entry; undefined: it names none. */
export function kindOf(entry: Readonly<Record<string, unknown>>): TriggerKindName | undefined {
  return triggerNames.find((kind) => entry[kind] !== undefined);
}

/** The source of an entry, as it is written; the other fields for a kind whose first field is not a text. */
export function sourceOf(entry: Readonly<Record<string, unknown>>): string {
  const kind = kindOf(entry);
  const value = kind && entry[kind];
  if (kind === 'http' && typeof value === 'object') return httpRoute(value as never).key;
  const [field = ''] = kind ? fieldsOf(kind) : [];
  const source = typeof value === 'object' ? (value as Record<string, unknown> | null)?.[field] : value;
  return typeof source === 'string' ? source : JSON.stringify(source ?? value ?? '');
}
