// What policies decide about an action on a resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import type { PolicyEvaluationDecisionType } from '@aws-sdk/client-iam';
import { type Context, conditionsHold, keysIn, matchesPattern } from './conditions.ts';
import { listOf, parsedDocument, type Statement } from './document-syntax.ts';
import { namesPrincipal } from './principals.ts';

export interface Policy {
  /** What MatchedStatements call it. */
  readonly source: string;
  readonly document: string;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  /** The names of the service that asks, for the policy of a resource. Absent: the policies belong to whoever asks. */
  readonly services?: readonly string[];
}

export interface Match {
  readonly policy: Policy;
  /** Which statement of the policy. */
  readonly index: number;
}

export interface Verdict {
  readonly decision: PolicyEvaluationDecisionType;
  /** The statements that decided: all that deny, or all that allow. */
  readonly matches: readonly Match[];
  /** Context keys that statements ask for and the context does not have. */
  readonly missing: readonly string[];
}

/** A Deny that applies wins over every Allow; where nothing applies, the answer is no. */
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

/** The context keys that the documents ask for, each once. */
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
    // A statement of a resource's own policy may leave the resource out.
    (NotResource === undefined ? Resource === undefined || touches(Resource) : !touches(NotResource))
  );
}

export interface Position {
  readonly Line: number;
  readonly Column: number;
}

/**
 * Where the statement is in its document, as the simulator counts: from behind the bracket or comma before
 * it (a lone statement's own brace), to behind its closing brace; lines and columns from 1.
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
