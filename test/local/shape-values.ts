// Creates values for the SDK's schemas, with every member set.
import { NormalizedSchema } from '@smithy/core/schema';

/** `full`: a value in every place. `blank`: empty texts and lists, zero, false. */
export type Filling = 'full' | 'blank';

interface Place {
  /** Members in headers and paths cannot contain every value. */
  readonly where: 'header' | 'label' | 'body';
  readonly depth: number;
  /** AWS Query sends no empty maps. */
  readonly emptyMaps: boolean;
}

interface Wishes {
  members?: (name: string) => boolean;
  emptyMaps?: boolean;
}

/** The depth at which structures that contain themselves end. */
const deepest = 6;
const special = 'a/b c+d%25&e=f?"\'<ü>\u{1F600}\\\t\n;:@$,#[]';
const time = new Date('2025-01-31T23:59:58.250Z');
/** The SDK's number for timestamps in the HTTP form, which has only whole seconds. */
const httpDate = 6;
const wholeSecond = new Date('2025-01-31T23:59:58.000Z');

/** A value for an operation's input or output, an error, or a part of them. */
export function valueFor(
  schema: unknown,
  filling: Filling,
  { members, emptyMaps = true }: Wishes = {},
): unknown {
  const place: Place = { where: 'body', depth: 0, emptyMaps };
  return filled(NormalizedSchema.of(schema as never), filling, place, members);
}

function filled(
  schema: NormalizedSchema,
  filling: Filling,
  place: Place,
  members: (name: string) => boolean = () => true,
): unknown {
  const blank = filling === 'blank' && place.where !== 'label';
  const deeper: Place = { ...place, depth: place.depth + 1 };
  if (schema.isUnitSchema()) return {};
  if (schema.isStructSchema()) return structure(schema, filling, deeper, members);
  if (schema.isListSchema()) {
    if (blank || place.depth > deepest) return [];
    const item = filled(schema.getValueSchema(), filling, deeper);
    return [item, item];
  }
  if (schema.isMapSchema()) {
    if ((blank && place.emptyMaps) || place.depth > deepest) return {};
    const value = filled(schema.getValueSchema(), filling, deeper);
    return { [special]: value, other: value };
  }
  if (schema.isBlobSchema()) return blank ? new Uint8Array() : Uint8Array.from([0, 255, 128, 10, 34]);
  if (schema.isTimestampSchema()) {
    const exact = place.where === 'body' && schema.getSchema() !== httpDate;
    return exact ? time : wholeSecond;
  }
  if (schema.isBooleanSchema()) return !blank;
  if (schema.isNumericSchema()) return blank ? 0 : 7;
  if (schema.isStringSchema()) {
    if (blank) return '';
    return place.where === 'header' ? 'text, "with" more' : special;
  }
  if (schema.isDocumentSchema()) return blank ? {} : { theme: ['a', 1, true, null] };
  throw new Error(`no value for ${schema.getName(true)}`);
}

function structure(
  schema: NormalizedSchema,
  filling: Filling,
  place: Place,
  members: (name: string) => boolean,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  // The seventh element of a structure's schema counts its required members, which come first.
  let required = Number((schema.getSchema() as unknown as unknown[])[6] ?? 0);
  for (const [name, member] of schema.structIterator()) {
    const optional = required-- <= 0;
    if (!members(name)) continue;
    const deep = member.isStructSchema() || member.isListSchema() || member.isMapSchema();
    if (place.depth > deepest && deep && optional) continue;
    const traits = member.getMergedTraits();
    let where: Place['where'] = 'body';
    if (traits.httpHeader) where = 'header';
    if (traits.httpLabel) where = 'label';
    // On the wire, an empty list in the query looks like an absent one; so does an empty payload.
    const untold =
      (traits.httpQuery && member.isListSchema()) || (traits.httpPayload && member.isBlobSchema());
    if (traits.httpResponseCode) result[name] = 202;
    else result[name] = filled(member, untold ? 'full' : filling, { ...place, where });
    // Exactly one member of a union is set.
    if (schema.isUnionSchema()) break;
  }
  return result;
}

/** The same value with blobs as arrays and without metadata, for comparisons. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => inner !== undefined && name !== '$metadata')
      .map(([name, inner]) => [name, plain(inner)]),
  );
}

/** Whether it contains an event stream; these are tested where they are used. */
export function streams(schema: unknown): boolean {
  const normalized = NormalizedSchema.of(schema as never);
  if (!normalized.isStructSchema()) return false;
  return [...normalized.structIterator()].some(
    ([, member]) => member.isUnionSchema() && member.isStreaming(),
  );
}

/** The member that is an event stream: its name, its events, and its errors. */
export function streamOf(schema: unknown) {
  const [name, union] = [...NormalizedSchema.of(schema as never).structIterator()].find(
    ([, member]) => member.isUnionSchema() && member.isStreaming(),
  ) as [string, NormalizedSchema];
  const members = [...union.structIterator()];
  const isError = (member: NormalizedSchema) => member.getMergedTraits().error !== undefined;
  return {
    name,
    events: members.filter(([, member]) => !isError(member)),
    exceptions: members.filter(([, member]) => isError(member)).map(([error]) => error),
  };
}
