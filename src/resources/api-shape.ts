// Picks the fields of requests by the API's own schemas, not by a list of ours.
import type { AddPermissionRequest$ } from '@aws-sdk/client-lambda';

/** The schema of a structure, as the SDK exports it: index 4 holds the member names, index 5 their types. */
export type Structure = typeof AddPermissionRequest$;

/** Members that identify a resource and its revision; they are not settings. */
const naming = new Set(['FunctionName', 'Qualifier', 'StatementId', 'LayerName', 'RevisionId']);
/** The code of the type boolean in a schema. */
const boolean = 2;

/** Names of the members that a request sets. */
export function settingNames(request: Structure): string[] {
  return request[4].filter((name) => !naming.has(name));
}

/** The members of an answer that the request can set, without undefined ones. */
export function settingsOf<T extends object>(request: Structure, answer: T): Partial<T> {
  const entries = settingNames(request).map((name) => [name, answer[name as keyof T]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<T>;
}

export function isBoolean(request: Structure, name: string): boolean {
  return request[5][request[4].indexOf(name)] === boolean;
}
