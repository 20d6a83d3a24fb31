// The values that mapping expressions name: parts of the request, `$context` and stage variables.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
import { readPath } from '../json-path.ts';
import type { RestRequest } from './rest-request.ts';

type Source = Pick<
  RestRequest,
  'fields' | 'query' | 'pathParameters' | 'body' | 'context' | 'stageVariables'
>;

/** `method.request.header.Accept`, `context.stage`, `stageVariables.x`, `'text'`; undefined: there is no such value. */
export function mappedValue(source: Source, expression: string): string | undefined {
  const literal = /^'(.*)'$/s.exec(expression);
  if (literal) return literal[1];
  const [, root = '', rest = ''] =
    /^(method\.request\.(?:header|multivalueheader|querystring|multivaluequerystring|path|body)|context|stageVariables)\.?(.*)$/s.exec(
      expression,
    ) ?? [];
  switch (root) {
    case 'method.request.header':
      return headerValues(source, rest).at(-1);
    case 'method.request.multivalueheader':
      return joined(headerValues(source, rest));
    case 'method.request.querystring':
      return own(source.query, rest)?.at(-1);
    case 'method.request.multivaluequerystring':
      return joined(own(source.query, rest) ?? []);
    case 'method.request.path':
      return own(source.pathParameters, rest);
    case 'method.request.body':
      return bodyValue(source.body, rest);
    case 'context':
      return textOf(readPath(source.context, rest));
    case 'stageVariables':
      return own(source.stageVariables ?? {}, rest);
    default:
      return undefined;
  }
}

const own = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

const joined = (values: readonly string[]): string | undefined =>
  values.length > 0 ? values.join(',') : undefined;

export function headerValues({ fields }: Pick<RestRequest, 'fields'>, name: string): string[] {
  const lower = name.toLowerCase();
  return fields.filter(([one]) => one.toLowerCase() === lower).map(([, value]) => value);
}

function bodyValue(body: Buffer, path: string): string | undefined {
  const text = body.toString();
  if (path === '') return text === '' ? undefined : text;
  try {
    return textOf(readPath(JSON.parse(text), path));
  } catch {
    return undefined;
  }
}

/** A value in the form that headers have. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Replaces `${stageVariables.name}`; unknown ones become empty. */
export const withStageVariables = (
  text: string,
  { stageVariables = {} }: Pick<RestRequest, 'stageVariables'>,
) => text.replace(/\$\{stageVariables\.([\w.-]+)\}/g, (_, name: string) => own(stageVariables, name) ?? '');
