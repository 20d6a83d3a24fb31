// Decides by an identity policy whether a call is allowed. Only what the policies of slsctl use: Allow, wildcards, and
// the condition on the service that a role is passed to.
import type { Call } from './resources.ts';

export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

export interface PolicyDocument {
  Version: string;
  Statement: Statement[];
}

/** Every resource of the call must be allowed. */
export function isAllowed({ Statement }: PolicyDocument, { action, resources, context = {} }: Call): boolean {
  return resources.every((resource) =>
    Statement.some(
      ({ Effect, Action, Resource, Condition = {} }) =>
        Effect === 'Allow' &&
        Action.some((pattern) => matches(pattern, action)) &&
        [Resource].flat().some((pattern) => matches(pattern, resource)) &&
        Object.entries(Condition.StringEquals ?? {}).every(([key, value]) => context[key] === value),
    ),
  );
}

/** `*` stands for any characters, `?` for one. */
export function matches(pattern: string, text: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
