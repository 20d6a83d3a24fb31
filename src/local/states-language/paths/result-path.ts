// Puts a result into the input at a reference path: `$.a.b`, `$.items[0]`.
import { StateFailure } from '../failure.ts';
import { isObject, type Json } from '../json.ts';
import { parseReferencePath } from './parse.ts';

/** `path` undefined: the result replaces the input; null: the input stays. @throws StateFailure */
export function placed(input: Json, path: string | null | undefined, result: Json): Json {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  const steps = parseReferencePath(path);
  if (!steps) throw mismatch(path, input);
  return put(input, steps, result, path, input);
}

function put(
  value: Json | undefined,
  steps: readonly (string | number)[],
  result: Json,
  path: string,
  input: Json,
): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return result;
  if (typeof step === 'number') {
    if (!Array.isArray(value) || step >= value.length) throw mismatch(path, input);
    const copy = [...value];
    copy[step] = put(value[step], rest, result, path, input);
    return copy;
  }
  if (value !== undefined && !isObject(value)) throw mismatch(path, input);
  return { ...value, [step]: put(value?.[step], rest, result, path, input) };
}

const mismatch = (path: string, input: Json): StateFailure =>
  new StateFailure(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`,
    { placed: true },
  );
