// The answers of Query as JSON, for clients that accept it: Amazon API Gateway asks SQS and SNS for them.
import type { Members } from './protocol.ts';
import type { Shape } from './shapes.ts';

/** Every member is there; absent ones are null. A map is a list of names and values. `names`: of members that differ. */
export function queryJson(
  shape: Shape,
  value: unknown,
  names: Readonly<Record<string, string>> = {},
): unknown {
  if (value === undefined || value === null) return null;
  switch (shape.kind) {
    case 'structure':
      return Object.fromEntries(
        shape.members.map(({ name, shape: member }) => [
          names[name] ?? name,
          queryJson(member, (value as Members)[name], names),
        ]),
      );
    case 'list':
      return Array.from(value as Iterable<unknown>, (item) => queryJson(shape.item.shape, item, names));
    case 'map': {
      const { xmlName: key = 'key' } = shape.key.traits;
      const { xmlName: content = 'value' } = shape.value.traits;
      return Object.entries(value as Members).map(([name, item]) => ({
        [key]: name,
        [content]: queryJson(shape.value.shape, item, names),
      }));
    }
    case 'timestamp':
      return (value as Date).getTime() / 1000;
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}
