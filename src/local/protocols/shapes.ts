// Turns the SDK's runtime schemas into plain shapes. Every wire protocol walks these shapes.
import { NormalizedSchema } from '@smithy/core/schema';

/** Smithy traits that say where and how a member is sent; names as in the Smithy specification. */
export interface Traits {
  readonly http?: readonly [method: string, path: string, status: number];
  readonly httpLabel?: 1;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly httpQueryParams?: 1;
  readonly httpQuery?: string;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlAttribute?: 1;
  readonly xmlNamespace?: readonly [prefix: string, uri: string] | string;
  readonly streaming?: 1;
  readonly eventPayload?: 1;
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly traits: Traits;
  readonly required: boolean;
}

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

export interface Structure {
  readonly kind: 'structure';
  readonly name: string;
  readonly union: boolean;
  readonly traits: Traits;
  readonly members: readonly Member[];
}

export type Shape =
  | { readonly kind: 'unit' | 'string' | 'boolean' | 'number' | 'document' }
  | { readonly kind: 'timestamp'; readonly format: TimestampFormat | undefined }
  | { readonly kind: 'blob'; readonly streaming: boolean }
  | { readonly kind: 'list'; readonly item: Member }
  | { readonly kind: 'map'; readonly key: Member; readonly value: Member }
  | Structure;

const timestampFormats: Record<number, TimestampFormat> = {
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
};

const known = new WeakMap<object, Shape>();

/** The shape of an SDK schema (`CreateRoleRequest$`, or the input or output in an operation's schema). */
export function shapeOf(schema: unknown): Shape {
  return fromSchema(NormalizedSchema.of(schema as never));
}

function fromSchema(schema: NormalizedSchema): Shape {
  const raw: unknown = schema.getSchema();
  if (typeof raw !== 'object' || raw === null) return build(schema);
  const found = known.get(raw);
  if (found) return found;
  const shape = build(schema);
  known.set(raw, shape);
  return shape;
}

function build(schema: NormalizedSchema): Shape {
  if (schema.isUnitSchema()) return { kind: 'unit' };
  if (schema.isStructSchema()) return structure(schema);
  if (schema.isListSchema()) {
    return lazily(
      { kind: 'list' as const },
      { item: () => member('member', schema.getValueSchema(), false) },
    );
  }
  if (schema.isMapSchema()) {
    return lazily(
      { kind: 'map' as const },
      {
        key: () => member('key', schema.getKeySchema(), false),
        value: () => member('value', schema.getValueSchema(), false),
      },
    );
  }
  if (schema.isBlobSchema()) return { kind: 'blob', streaming: schema.isStreaming() };
  if (schema.isTimestampSchema()) {
    return { kind: 'timestamp', format: timestampFormats[schema.getSchema() as number] };
  }
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) {
    return { kind: 'number' };
  }
  if (schema.isDocumentSchema()) return { kind: 'document' };
  return { kind: 'string' };
}

function structure(schema: NormalizedSchema): Structure {
  // The seventh element of a structure's schema counts its required members, which come first.
  const required = Number((schema.getSchema() as unknown as unknown[])[6] ?? 0);
  return lazily(
    {
      kind: 'structure' as const,
      name: schema.getName() ?? '',
      union: schema.isUnionSchema(),
      traits: schema.getOwnTraits() as Traits,
    },
    {
      members: () =>
        [...schema.structIterator()].map(([name, value], index) => member(name, value, index < required)),
    },
  );
}

function member(name: string, schema: NormalizedSchema, required: boolean): Member {
  return lazily(
    { name, traits: schema.getMergedTraits() as Traits, required },
    { shape: () => fromSchema(schema) },
  );
}

// Schemas may contain themselves, so inner shapes are created on first use.
function lazily<T extends object, L extends Record<string, () => unknown>>(
  target: T,
  parts: L,
): T & { readonly [K in keyof L]: ReturnType<L[K]> } {
  for (const [name, make] of Object.entries(parts)) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = make();
        Object.defineProperty(target, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return target as T & { readonly [K in keyof L]: ReturnType<L[K]> };
}
