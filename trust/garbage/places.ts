// The places in a request's document where a value stands, with the shape that it should have.
import type { Member, Shape } from '../../src/local/protocols/shapes.ts';

export interface Place {
  readonly path: readonly (string | number)[];
  readonly shape: Shape;
  readonly required: boolean;
}

/** Every place of a value in JSON's form. */
export function placesIn(members: readonly Member[], value: unknown): Place[] {
  const places: Place[] = [];
  const walk = (shape: Shape, inner: unknown, path: Place['path'], required: boolean): void => {
    if (inner === undefined) return;
    places.push({ path, shape, required });
    if (shape.kind === 'structure') walkMembers(shape.members, inner, path);
    else if (shape.kind === 'list') {
      for (const [index, item] of (inner as unknown[]).entries()) {
        walk(shape.item.shape, item, [...path, index], false);
      }
    } else if (shape.kind === 'map') {
      for (const [key, item] of Object.entries(inner as object)) {
        walk(shape.value.shape, item, [...path, key], false);
      }
    }
  };
  const walkMembers = (inside: readonly Member[], holder: unknown, path: Place['path']): void => {
    for (const { name, shape, required } of inside) {
      walk(shape, (holder as Record<string, unknown>)[name], [...path, name], required);
    }
  };
  walkMembers(members, value, []);
  return places;
}

/** The value with another one at this place; undefined removes it. */
export function replaced(value: unknown, [step, ...rest]: Place['path'], by: unknown): unknown {
  if (step === undefined) return by;
  const copy: Record<string | number, unknown> = (
    Array.isArray(value) ? [...value] : { ...(value as object) }
  ) as never;
  const inner = replaced(copy[step], rest, by);
  if (inner === undefined) delete copy[step];
  else copy[step] = inner;
  return copy;
}

/** JSON values that are none of the shape. */
export function wrongValues(shape: Shape): readonly unknown[] {
  switch (shape.kind) {
    case 'string':
      return [7, true, {}, []];
    case 'number':
      return ['x', true, {}, [], 1e300];
    case 'boolean':
      return ['true', 1, {}, []];
    case 'list':
      return ['x', 7, {}, true];
    case 'map':
    case 'structure':
      return ['x', 7, [], false];
    case 'timestamp':
      return ['never', {}, [], true];
    case 'blob':
      return ['%%%', 7, {}, []];
    default:
      return [];
  }
}

/** The pairs of a form that spoil the member at this place: `Tags=x`, `MaxItems=many`, `RoleName.x=1`. */
export function wrongPairs({ path, shape }: Place): readonly string[] {
  const name = path.map((step) => (typeof step === 'number' ? `member.${step + 1}` : step)).join('.');
  switch (shape.kind) {
    case 'number':
      return [`${name}=many`, `${name}=1e400`, `${name}.x=1`];
    case 'boolean':
      return [`${name}=perhaps`, `${name}.x=1`];
    case 'string':
      return [`${name}.x=1`];
    case 'list':
      return [`${name}=text`, `${name}.member.x=1`];
    case 'structure':
      return [`${name}=text`];
    case 'timestamp':
      return [`${name}=never`];
    case 'blob':
      return [`${name}=%25%25`];
    default:
      return [];
  }
}
