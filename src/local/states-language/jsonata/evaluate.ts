// Evaluates JSONata: texts of the form `{% expression %}`. The package is loaded with the first of them.
import type { Expression } from 'jsonata';
import { evaluationFailure } from '../failure.ts';
import { isObject, type Json, typeOf } from '../json.ts';
import type { Variables } from '../paths/model.ts';
import { functions } from './functions.ts';

/** What expressions can reach: `$states`, and variables by their names. */
export interface Bindings {
  readonly states: Json;
  readonly variables: Variables;
}

const form = /^\{%([\s\S]*)%\}$/;

export const isExpression = (value: unknown): value is string =>
  typeof value === 'string' && form.test(value);

/** The expression without its marks. */
export const expressionIn = (text: string): string => (form.exec(text)?.[1] ?? text).trim();

const compiled = new Map<string, Expression>();

/** @throws the package's error for a text that is not an expression */
export async function compile(expression: string): Promise<Expression> {
  const known = compiled.get(expression);
  if (known) return known;
  const { default: jsonata } = await import('jsonata');
  const made = jsonata(expression);
  for (const { name, run, signature } of functions) made.registerFunction(name, run, signature);
  if (compiled.size > 2000) compiled.clear();
  compiled.set(expression, made);
  return made;
}

/** A template: its expressions are evaluated, everything else stays. @throws StateFailure */
export async function evaluated(template: Json, field: string, bindings: Bindings): Promise<Json> {
  if (isExpression(template)) return evaluate(template, field, bindings);
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await evaluated(item, `${field}[${index}]`, bindings));
    }
    return items;
  }
  if (!isObject(template)) return template;
  const entries: [string, Json][] = [];
  for (const [name, item] of Object.entries(template)) {
    entries.push([name, await evaluated(item, `${field}/${name}`, bindings)]);
  }
  return Object.fromEntries(entries);
}

/** One expression, with its marks. @throws StateFailure */
export async function evaluate(text: string, field: string, bindings: Bindings): Promise<Json> {
  const source = expressionIn(text);
  const place = `The JSONata expression '${source}' specified for the field '${field}'`;
  let result: unknown;
  try {
    const expression = await compile(source);
    result = await expression.evaluate(undefined, { ...bindings.variables, states: bindings.states });
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const reason = code === undefined ? message : `${code}: ${message}`;
    throw evaluationFailure(`${place} threw an error during evaluation. ${reason}`, field);
  }
  if (result === undefined) throw evaluationFailure(`${place} returned nothing (undefined).`, field);
  if (typeof result === 'function' || (isObject(result) && '_jsonata_lambda' in result)) {
    throw evaluationFailure(`${place} returned an unsupported result type.`, field);
  }
  // Arrays of the package carry marks of their own.
  return JSON.parse(JSON.stringify(result)) as Json;
}

/** The value of a field of this type. @throws StateFailure for another one */
export async function evaluatedAs<T extends Json>(
  template: Json,
  field: string,
  wanted: 'array' | 'number' | 'string' | 'boolean',
  bindings: Bindings,
): Promise<T> {
  const value = await evaluated(template, field, bindings);
  if (typeOf(value) === wanted) return value as T;
  const source = typeof template === 'string' ? expressionIn(template) : JSON.stringify(template);
  throw evaluationFailure(
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${wanted}', but was '${typeOf(value)}' for value: ${JSON.stringify(value)}`,
    field,
  );
}
