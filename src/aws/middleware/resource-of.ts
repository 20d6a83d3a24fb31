// What a call is about.
import { NormalizedSchema } from '@smithy/core/schema';

/**
 * The name or ARN of the resource: the first required member, which names it in every AWS API. Undefined: the
 * operation requires nothing. `schema` is the SDK's, of the operation.
 */
export function resourceOf(input: object, schema: unknown): string | undefined {
  const shape = NormalizedSchema.of((schema as unknown[])[4] as never);
  if (!shape.isStructSchema()) return undefined;
  // A structure's seventh place counts its required members, which come first.
  const [, , , , members, , required] = shape.getSchema() as unknown as unknown[];
  const first = required ? Reflect.get(input, (members as string[])[0] ?? '') : undefined;
  return typeof first === 'string' ? first : undefined;
}
