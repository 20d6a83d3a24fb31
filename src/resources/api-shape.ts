// What the API's own schemas say of requests, so that fields are picked by them and never by a list of ours.
import type { AddPermissionRequest$ } from '@aws-sdk/client-lambda';

/** The schema of a structure, as the SDK exports it: the names of its members come fifth, their types sixth. */
export type Structure = typeof AddPermissionRequest$;

/** Members by which a request names the thing and its state, and says nothing of it. */
const naming = new Set(['FunctionName', 'Qualifier', 'StatementId', 'LayerName', 'RevisionId']);
/** How a schema says that a member is true or false. */
const boolean = 2;

/** Names of the members that a request sets. */
export function settingNames(request: Structure): string[] {
  return request[4].filter((name) => !naming.has(name));
}

/** The members of an answer that such a request sets; without those that are undefined. */
export function settingsOf<T extends object>(request: Structure, answer: T): Partial<T> {
  const entries = settingNames(request).map((name) => [name, answer[name as keyof T]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<T>;
}

export function isBoolean(request: Structure, name: string): boolean {
  return request[5][request[4].indexOf(name)] === boolean;
}
