// The rules for attribute values in requests. Checked values have normalized numbers.
import { invalid, validation } from '../errors.ts';
import { normalNumber } from './number.ts';
import { type Item, type Type, typeOf, type Value } from './value.ts';

const deepest = 32;
export const largestItem = 400 * 1024;

/** @throws ValidationException */
export function checkedItem(item: Item | undefined, depth = 0): Item {
  const checked: Record<string, Value> = {};
  for (const [name, value] of Object.entries(item ?? {})) checked[name] = checkedValue(value, depth);
  return checked;
}

/** @throws ValidationException */
export function checkedValue(value: Value, depth = 0): Value {
  if (depth > deepest) throw validation('Nesting Levels have exceeded supported limits');
  const types = Object.keys(value ?? {}).filter((name) => value[name as Type] !== undefined);
  if (types.length === 0) {
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  const checked = checkedAs(types[0] as Type, value, depth);
  if (types.length > 1) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return checked;
}

function checkedAs(type: Type, value: Value, depth: number): Value {
  switch (type) {
    case 'N':
      return { N: normalNumber(value.N as string) };
    case 'NULL':
      if (!value.NULL) throw invalid('Null attribute value types must have the value of true');
      return value;
    case 'SS':
      checkSet(value.SS, 'An string set  may not be empty', (shown) =>
        invalid(`Input collection ${shown} contains duplicates.`),
      );
      return value;
    case 'NS': {
      const numbers = (value.NS ?? []).map(normalNumber);
      checkSet(numbers, 'An number set  may not be empty', () =>
        validation('Input collection contains duplicates'),
      );
      return { NS: numbers };
    }
    case 'BS':
      checkSet(
        value.BS?.map((one) => Buffer.from(one).toString('base64')),
        'Binary sets should not be empty',
        (shown) => invalid(`Input collection ${shown}of type BS contains duplicates.`),
      );
      return value;
    case 'M':
      return { M: checkedItem(value.M, depth + 1) };
    case 'L':
      return { L: (value.L ?? []).map((one) => checkedValue(one, depth + 1)) };
    default:
      return value;
  }
}

function checkSet(members: readonly string[] = [], empty: string, duplicate: (shown: string) => Error): void {
  if (members.length === 0) throw invalid(empty);
  if (new Set(members).size < members.length) throw duplicate(`[${members.join(', ')}]`);
}

/** As DynamoDB shows a value in its messages: `{S:text}`. */
export function shown(value: Value): string {
  const type = typeOf(value);
  return `{${type}:${value[type]}}`;
}
