// Mapping templates: Velocity with the variables of API Gateway.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
import { readPath } from '../json-path.ts';
import { Host, textOf } from './values.ts';
import { render, type Scope } from './velocity.ts';

type Values = Readonly<Record<string, string>>;

export interface MappingVariables {
  readonly body: string;
  readonly params: { readonly path: Values; readonly querystring: Values; readonly header: Values };
  /** `$context`. Templates write into its overrides. */
  readonly context: object;
  readonly stageVariables: Values;
}

/** @throws TemplateError for a template that cannot be read */
export function map(template: string, { body, params, context, stageVariables }: MappingVariables): string {
  const scope: Scope = new Map<string, unknown>([
    ['input', inputOf(body, params)],
    ['util', util],
    ['context', context],
    ['stageVariables', { ...stageVariables }],
  ]);
  return render(template, scope);
}

function inputOf(body: string, params: MappingVariables['params']): Host {
  let document: unknown;
  const at = (path: unknown) => {
    document ??= parsed(body);
    return readPath(document, textOf(path));
  };
  const all = {
    path: { ...params.path },
    querystring: { ...params.querystring },
    header: { ...params.header },
  };
  return new Host(
    {
      path: (path) => at(path) ?? undefined,
      json: (path = '$') => JSON.stringify(at(path) ?? ''),
      params(name) {
        if (name === undefined) return all;
        const key = textOf(name);
        if (Object.hasOwn(all, key) && !hasValue(all, key)) return all[key as 'path'];
        for (const values of [all.path, all.querystring]) if (Object.hasOwn(values, key)) return values[key];
        return headerIn(all.header, key) ?? '';
      },
    },
    { body: body === '' ? '{}' : body },
  );
}

const hasValue = (all: Record<string, Values>, key: string): boolean =>
  Object.values(all).some((values) => Object.hasOwn(values, key));

const headerIn = (headers: Values, name: string): string | undefined =>
  headers[name] ?? Object.entries(headers).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only what form encoding leaves alone. */
const urlEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

const util = new Host({
  escapeJavaScript: (value) => JSON.stringify(textOf(value)).slice(1, -1).replaceAll("'", "\\'"),
  parseJson: (text) => parsed(textOf(text)),
  urlEncode: (text) => urlEncoded(textOf(text)),
  urlDecode: (text) => new URLSearchParams(`=${textOf(text)}`).get('') ?? '',
  base64Encode: (text) => Buffer.from(textOf(text)).toString('base64'),
  base64Decode: (text) => Buffer.from(textOf(text), 'base64').toString(),
});
