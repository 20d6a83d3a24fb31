// Paths, intrinsic functions and JSONata in the fields of a state must be readable.
import { isIntrinsic, parseIntrinsic } from '../intrinsics/parse.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { compile, expressionIn, isExpression } from '../jsonata/evaluate.ts';
import { parsePath } from '../paths/parse.ts';
import type { Report } from './diagnostics.ts';

const templates = ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Credentials'];
const nested = ['Branches', 'ItemProcessor', 'Iterator'];

export async function checkExpressions(
  state: JsonObject,
  place: string,
  language: 'JSONPath' | 'JSONata',
  report: Report,
): Promise<void> {
  if (language === 'JSONata') {
    for (const [name, value] of Object.entries(state)) {
      if (!nested.includes(name)) await checkJsonata(value, `${place}/${name}`, report);
    }
    return;
  }
  for (const name of templates) checkTemplate(state[name], `${place}/${name}`, report);
  for (const [name, value] of Object.entries(state)) {
    if (!/Path$/.test(name) || value === null || name === 'ResultPath') continue;
    if (typeof value !== 'string' || !isPathOrCall(value)) {
      report('Value is not a valid JSONPath', `${place}/${name}`);
    }
  }
}

const isPathOrCall = (text: string): boolean =>
  isIntrinsic(text) ? parseIntrinsic(text) !== undefined : parsePath(text) !== undefined;

function checkTemplate(template: Json | undefined, place: string, report: Report): void {
  if (Array.isArray(template)) {
    for (const [index, item] of template.entries()) checkTemplate(item, `${place}[${index}]`, report);
  } else if (isObject(template)) {
    for (const [name, value] of Object.entries(template)) {
      if (!name.endsWith('.$')) checkTemplate(value, `${place}/${name}`, report);
      else if (typeof value !== 'string' || !isPathOrCall(value)) {
        report(
          `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
          place,
        );
      }
    }
  }
}

async function checkJsonata(value: Json | undefined, place: string, report: Report): Promise<void> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) await checkJsonata(item, `${place}[${index}]`, report);
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) await checkJsonata(item, `${place}/${name}`, report);
  } else if (isExpression(value)) {
    try {
      await compile(expressionIn(value));
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      report(`The JSONata expression is not valid. ${code}: ${message}`, place);
    }
  }
}
