// Finds the resource that a call is about.
import { NormalizedSchema } from '@smithy/core/schema';

/**
 * Name or ARN of the resource: the first required member of the input names it in every AWS API. undefined: the
 * operation has no required member. `schema`: the SDK's operation schema.
 */
export function resourceOf(input: object, schema: unknown): string | undefined {
  const shape = NormalizedSchema.of((schema as unknown[])[4] as never);
  if (!shape.isStructSchema()) return undefined;
  // In the SDK's schema, element seven of a structure is the number of required members, which come first.
  const [, , , , members, , required] = shape.getSchema() as unknown as unknown[];
  const first = required ? Reflect.get(input, (members as string[])[0] ?? '') : undefined;
  return typeof first === 'string' ? first : undefined;
}
