// Payload templates: values of fields whose names end in `.$` are paths or intrinsic functions.
import { runtimeFailure } from './failure.ts';
import { evaluateIntrinsic } from './intrinsics/evaluate.ts';
import { isIntrinsic } from './intrinsics/parse.ts';
import { isObject, type Json, textOf } from './json.ts';
import { NoSuchPath, type Reach, valueAt } from './paths/evaluate.ts';

/** @throws StateFailure */
export function filled(template: Json, reach: Reach): Json {
  if (Array.isArray(template)) return template.map((item) => filled(item, reach));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), expressed(value, name, reach)]
        : [name, filled(value, reach)],
    ),
  );
}

/** The value of a path or an intrinsic function in this field. @throws StateFailure */
export function expressed(text: string, field: string, reach: Reach): Json {
  try {
    return isIntrinsic(text) ? evaluateIntrinsic(text, reach) : valueAt(text, reach);
  } catch (error) {
    if (!(error instanceof NoSuchPath)) throw error;
    const input = textOf(text.startsWith('$$') ? reach.context : reach.data);
    throw runtimeFailure(
      `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${input}'`,
    );
  }
}
