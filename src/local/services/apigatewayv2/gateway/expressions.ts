// Selection expressions: `$request.header.name`, `${context.requestId}`, `$stageVariables.name`, or a constant.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
import { queryValues } from '../../../http-events/parts.ts';
import type { WireAnswer } from '../../../protocols/protocol.ts';
import { contextValue, type Passage } from './passage.ts';

/** The value of a variable without its dollar sign; undefined: the request does not have it. */
export function variableOf(passage: Passage, variable: string, answer?: WireAnswer): string | undefined {
  const [source = '', ...rest] = variable.split('.');
  const name = rest.join('.');
  switch (source) {
    case 'request':
      return requestValue(passage, name);
    case 'response':
      return answer && responseValue(answer, name);
    case 'context':
      return contextValue(passage, name);
    case 'stageVariables':
      return passage.served.stage.variables[name];
    default:
      return undefined;
  }
}

/** A constant text stays; a variable that has no value counts as empty. */
export function evaluated(passage: Passage, text: string, answer?: WireAnswer): string {
  const whole = /^\$((?:request|response|context|stageVariables)\.[^\s${}]+|request\.body)$/.exec(text)?.[1];
  if (whole !== undefined) return variableOf(passage, whole, answer) ?? '';
  return text.replace(
    /\$\{([^}]+)\}/g,
    (_all, variable: string) => variableOf(passage, variable, answer) ?? '',
  );
}

function requestValue({ request, below, parameters }: Passage, name: string): string | undefined {
  const [kind = '', ...rest] = name.split('.');
  const key = rest.join('.');
  switch (kind) {
    case 'header':
      return request.headers[key.toLowerCase()];
    case 'querystring':
      return queryValues(request.query)[key]?.join(',');
    case 'path':
      return key === '' ? below : parameters?.[key];
    case 'method':
      return request.method;
    case 'body':
      return key === '' ? request.body.toString() : member(request.body.toString(), rest);
    default:
      return undefined;
  }
}

function responseValue({ headers, body, status }: WireAnswer, name: string): string | undefined {
  const [kind = '', ...rest] = name.split('.');
  switch (kind) {
    case 'header':
      return headers[rest.join('.').toLowerCase()];
    case 'statuscode':
      return String(status);
    case 'body': {
      const text = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body).toString() : '';
      return rest.length === 0 ? text : member(text, rest);
    }
    default:
      return undefined;
  }
}

/** The value at a path in a JSON text: `a.b[0]`. Values that are no texts stay JSON. */
function member(text: string, path: readonly string[]): string | undefined {
  try {
    let value: unknown = JSON.parse(text);
    for (const part of path
      .join('.')
      .split(/[.[\]]+/)
      .filter(Boolean)) {
      value = (value as Record<string, unknown> | null | undefined)?.[part];
    }
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
