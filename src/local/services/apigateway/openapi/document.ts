// OpenAPI documents, of version 2 (Swagger) and 3, as API Gateway imports them.
import { badRequest } from '../errors.ts';

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectIn = (value: unknown): Json => (isObject(value) ? value : {});

export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

/** The members that are texts. */
export const textsIn = (value: unknown): Record<string, string> | undefined => {
  const entries = Object.entries(objectIn(value)).filter(([, text]) => typeof text === 'string');
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
};

/** JSON or YAML. @throws BadRequestException for anything else */
export async function readDocument(body: Uint8Array, refusal = 'Invalid OpenAPI input.'): Promise<Json> {
  const text = Buffer.from(body).toString();
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // Loaded late: few requests bring YAML.
    const { parse } = await import('yaml');
    try {
      document = parse(text);
    } catch {
      throw badRequest(refusal);
    }
  }
  if (!isObject(document) || !('paths' in document || 'info' in document || 'swagger' in document)) {
    throw badRequest(refusal);
  }
  return document;
}

/** The path in front of all others: of `basePath`, or of the first server. */
export function basePathOf(document: Json): string {
  const base = textIn(document.basePath);
  if (base !== undefined) return base;
  const [server] = Array.isArray(document.servers) ? document.servers : [];
  const { url, variables } = objectIn(server);
  // This variable counts even when the address does not use it.
  const variable = textIn(objectIn(objectIn(variables).basePath).default);
  if (variable !== undefined && !(textIn(url) ?? '').includes('{basePath}')) return variable;
  const filled = (textIn(url) ?? '').replace(
    /\{([^}]+)\}/g,
    (_, name: string) => textIn(objectIn(objectIn(variables)[name]).default) ?? '',
  );
  return filled.replace(/^https?:\/\/[^/]*/, '');
}

/** `mode`: ignore, prepend or split, which leaves out the first part. */
export function prefixOf(document: Json, mode: string | undefined): string {
  const parts = basePathOf(document).split('/').filter(Boolean);
  if (mode === 'prepend') return parts.map((part) => `/${part}`).join('');
  return mode === 'split'
    ? parts
        .slice(1)
        .map((part) => `/${part}`)
        .join('')
    : '';
}

export const schemasOf = (document: Json): Json =>
  objectIn(document.definitions ?? objectIn(document.components).schemas);

export const securitySchemesOf = (document: Json): Json =>
  objectIn(document.securityDefinitions ?? objectIn(document.components).securitySchemes);

/** The name of the model in `{ $ref: '#/definitions/Pet' }`. */
export const modelIn = (schema: unknown): string | undefined =>
  /^#\/(?:definitions|components\/schemas)\/(.+)$/.exec(textIn(objectIn(schema).$ref) ?? '')?.[1];

/** What of the document is left out, in AWS's words. */
export function warningsOf(document: Json, prefix: string): string[] {
  return Object.entries(objectIn(document.paths)).flatMap(([path, item]) =>
    Object.entries(objectIn(item)).flatMap(([verb, operation]) => {
      const integration = objectIn(objectIn(operation)['x-amazon-apigateway-integration']);
      const wrong = Object.entries(objectIn(integration.requestParameters)).filter(
        ([, value]) => typeof value !== 'string',
      );
      return wrong.map(
        ([name, value]) =>
          `Invalid format for 'requestParameters'. Expected type string for property '${name}' of resource '${prefix}${path}' and method '${verb.toUpperCase()}' but got '${value}'`,
      );
    }),
  );
}
