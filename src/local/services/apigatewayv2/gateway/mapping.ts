// Parameter mappings: changes of requests before the integration gets them, and of its responses.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { HeaderLine, WireAnswer } from '../../../protocols/protocol.ts';
import { evaluated } from './expressions.ts';
import type { Passage } from './passage.ts';

type Fields = Pick<Passage['request'], 'path' | 'query' | 'headers' | 'fields'>;

/** The request as the integration gets it. Without mappings it is the same. */
export function mappedRequest(passage: Passage): Passage {
  const actions = Object.entries(passage.route.integration?.RequestParameters ?? {});
  if (actions.length === 0) return passage;
  let fields: Fields = passage.request;
  for (const [key, text] of actions) {
    const { action, place, name } = parse(key);
    const value = evaluated(passage, text);
    if (place === 'path') fields = { ...fields, path: value.startsWith('/') ? value : `/${value}` };
    else if (place === 'header') fields = withHeader(fields, action, name.toLowerCase(), value);
    else fields = { ...fields, query: withQuery(fields.query, action, name, value) };
  }
  return { ...passage, request: { ...passage.request, ...fields } };
}

/** The response as the client gets it, by the mappings of its status. */
export function mappedResponse(passage: Passage, answer: WireAnswer): WireAnswer {
  const actions = Object.entries(passage.route.integration?.ResponseParameters?.[answer.status] ?? {});
  let mapped = answer;
  for (const [key, text] of actions) {
    const { action, place, name } = parse(key);
    const value = evaluated(passage, text, answer);
    if (place === 'statuscode') {
      const status = Number(value);
      if (status >= 200 && status <= 599) mapped = { ...mapped, status };
    } else mapped = { ...mapped, headers: changed(mapped.headers, action, name.toLowerCase(), value) };
  }
  return mapped;
}

type Action = 'append' | 'overwrite' | 'remove';

function parse(key: string): { action: Action; place: string; name: string } {
  const [action = '', rest = ''] = key.split(':');
  const [place = '', ...name] = rest.split('.');
  return { action: action as Action, place, name: name.join('.') };
}

function withHeader(fields: Fields, action: Action, name: string, value: string): Fields {
  const headers = changed(fields.headers, action, name, value);
  const others = fields.fields.filter(([field]) => field.toLowerCase() !== name);
  const line: HeaderLine[] = headers[name] === undefined ? [] : [[name, headers[name]]];
  return { ...fields, headers, fields: [...others, ...line] };
}

function changed(
  headers: Readonly<Record<string, string>>,
  action: Action,
  name: string,
  value: string,
): Record<string, string> {
  const { [name]: before, ...others } = headers;
  if (action === 'remove') return others;
  if (!isHeader(name, value)) return { ...headers };
  return { ...headers, [name]: action === 'append' && before !== undefined ? `${before},${value}` : value };
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function withQuery(query: string, action: Action, name: string, value: string): string {
  const pairs = new URLSearchParams(query);
  if (action !== 'append') pairs.delete(name);
  if (action !== 'remove') pairs.append(name, value);
  return pairs.toString();
}
