// The operations of an SDK client package, by name, with the shapes of their input and output.
import { type Shape, shapeOf, type Traits } from './shapes.ts';

export interface Operation {
  readonly name: string;
  readonly traits: Traits;
  readonly input: Shape;
  readonly output: Shape;
}

const tables = new WeakMap<object, ReadonlyMap<string, Operation>>();

/** Every operation for which the package has a schema. */
export function operationsOf(sdk: object): ReadonlyMap<string, Operation> {
  const known = tables.get(sdk);
  if (known) return known;
  const table = new Map<string, Operation>();
  for (const schema of Object.values(sdk)) {
    // The schema of an operation is [9, namespace, name, traits, () => input, () => output].
    if (!Array.isArray(schema) || schema[0] !== 9) continue;
    const [, , name, traits, input, output] = schema;
    table.set(name, {
      name,
      traits: typeof traits === 'object' ? traits : {},
      get input() {
        return shapeOf(input);
      },
      get output() {
        return shapeOf(output);
      },
    });
  }
  tables.set(sdk, table);
  return table;
}
