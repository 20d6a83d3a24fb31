// Evaluates policies for an action on a resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import type { PolicyEvaluationDecisionType } from '@aws-sdk/client-iam';
import { type Context, conditionsHold, keysIn, matchesPattern } from './conditions.ts';
import { listOf, parsedDocument, type Statement } from './document-syntax.ts';
import { namesPrincipal } from './principals.ts';

export interface Policy {
  /** The name in MatchedStatements. */
  readonly source: string;
  readonly document: string;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  /** The names of the calling service, for a resource's policy. Absent when the policies belong to the caller. */
  readonly services?: readonly string[];
}

export interface Match {
  readonly policy: Policy;
  /** The index of the statement in its policy. */
  readonly index: number;
}

export interface Verdict {
  readonly decision: PolicyEvaluationDecisionType;
  /** The deciding statements: all that deny, or else all that allow. */
  readonly matches: readonly Match[];
  /** Context keys that statements use but the context does not have. */
  readonly missing: readonly string[];
}

/** A matching Deny wins over every Allow. Without a matching statement the request is denied. */
export function evaluate(policies: readonly Policy[], request: Request): Verdict {
  const matches: Record<'Allow' | 'Deny', Match[]> = { Allow: [], Deny: [] };
  const missing = new Set<string>();
  for (const policy of policies) {
    parsedDocument(policy.document).statements.forEach((statement, index) => {
      if (!isAbout(statement, request)) return;
      const { Condition = {}, Effect } = statement;
      for (const key of keysIn(Condition, textsOf(statement))) {
        if (!request.context.has(key.toLowerCase())) missing.add(key);
      }
      if (conditionsHold(Condition, request.context)) matches[Effect].push({ policy, index });
    });
  }
  const rest = { missing: [...missing] };
  if (matches.Deny.length > 0) return { decision: 'explicitDeny', matches: matches.Deny, ...rest };
  if (matches.Allow.length > 0) return { decision: 'allowed', matches: matches.Allow, ...rest };
  return { decision: 'implicitDeny', matches: [], ...rest };
}

/** The context keys in the documents, each once. */
export function contextKeys(documents: readonly string[]): string[] {
  const statements = documents.flatMap((document) => parsedDocument(document).statements);
  const keys = statements.flatMap((statement) => keysIn(statement.Condition ?? {}, textsOf(statement)));
  return [...new Map(keys.map((key) => [key.toLowerCase(), key])).values()];
}

const textsOf = ({ Resource, NotResource }: Statement): readonly string[] => listOf(Resource ?? NotResource);

function isAbout(statement: Statement, { action, resource, context, services }: Request): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const covers = (patterns: string | string[] | undefined) =>
    listOf(patterns).some((pattern) => matchesPattern(pattern, action, context, false));
  const touches = (patterns: string | string[] | undefined) =>
    listOf(patterns).some((pattern) => matchesPattern(pattern, resource, context));
  return (
    (services === undefined || namesPrincipal(statement, 'Service', (name) => services.includes(name))) &&
    (Action === undefined ? !covers(NotAction) : covers(Action)) &&
    // A statement in a resource's policy may have no Resource.
    (NotResource === undefined ? Resource === undefined || touches(Resource) : !touches(NotResource))
  );
}

export interface Position {
  readonly Line: number;
  readonly Column: number;
}

/**
 * The place of the statement in its document, as the simulator counts: from after the bracket or comma before it (for a
 * single statement, its own brace) to after its closing brace. Lines and columns start at 1.
 */
export function placeOf({ policy, index }: Match): { StartPosition: Position; EndPosition: Position } {
  const { document } = policy;
  const ends: number[] = [];
  let start = -1;
  let depth = 0;
  let inList = false;
  for (let at = 0; at < document.length; at++) {
    const character = document[at];
    if (character === '"') {
      const end = endOfString(document, at);
      const isKey = depth === 1 && document.slice(at, end) === '"Statement"';
      if (isKey) {
        const open = end + document.slice(end).search(/[[{]/);
        inList = document[open] === '[';
        start = open + 1;
      }
      at = end - 1;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (start >= 0 && at >= start && character === '}' && depth === (inList ? 2 : 1)) ends.push(at + 1);
      if (start >= 0 && at >= start && depth === 1) break;
    }
  }
  const from = index === 0 ? start : (ends[index - 1] ?? start);
  return {
    StartPosition: positionOf(document, from),
    EndPosition: positionOf(document, ends[index] ?? document.length),
  };
}

function endOfString(document: string, start: number): number {
  let at = start + 1;
  while (at < document.length && document[at] !== '"') at += document[at] === '\\' ? 2 : 1;
  return at + 1;
}

function positionOf(document: string, offset: number): Position {
  const before = document.slice(0, offset);
  return { Line: before.split('\n').length, Column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
