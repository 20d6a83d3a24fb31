// The grammar of policy documents: their members and types.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import { malformed } from '../errors.ts';

/** A statement of a document that passed the checks. */
export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Conditions;
}

type Scalar = string | number | boolean;

/** By operator (`StringLike`), then by context key. */
export type Conditions = Record<string, Record<string, Scalar | Scalar[]>>;

export interface PolicyDocument {
  readonly version: string | undefined;
  readonly statements: readonly Statement[];
}

const versions = ['2008-10-17', '2012-10-17'];
const elements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

const comparisons = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const operators = new Set(
  [
    'StringEquals',
    'StringNotEquals',
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
    'StringLike',
    'StringNotLike',
    ...comparisons.map((name) => `Numeric${name}`),
    ...comparisons.map((name) => `Date${name}`),
    'Bool',
    'BinaryEquals',
    'IpAddress',
    'NotIpAddress',
    'ArnEquals',
    'ArnLike',
    'ArnNotEquals',
    'ArnNotLike',
    'Null',
  ].map((name) => name.toLowerCase()),
);

/** `ForAnyValue:StringLikeIfExists` is `{quantifier: 'ForAnyValue', operator: 'stringlike', ifExists: true}`. */
export interface Operator {
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  /** In lower case. */
  readonly operator: string;
  readonly ifExists: boolean;
}

/** Undefined when there is no such operator. */
export function operatorOf(name: string): Operator | undefined {
  const found = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name);
  const [, quantifier, bare = '', ifExists] = found ?? [];
  const operator = bare.toLowerCase();
  if (!operators.has(operator) || (ifExists && operator === 'null')) return undefined;
  return { quantifier: quantifier as Operator['quantifier'], operator, ifExists: ifExists !== undefined };
}

export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';

const isTexts = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

/** The number of documents that are kept parsed; the oldest is dropped first. */
const most = 1000;
const known = new Map<string, PolicyDocument>();

/** The result is shared: each request to a function asks the same few documents. @throws MalformedPolicyDocumentException */
export function parsedDocument(document: string): PolicyDocument {
  let parsed = known.get(document);
  if (!parsed) {
    parsed = parse(document);
    if (known.size >= most) known.delete(known.keys().next().value as string);
    known.set(document, parsed);
  }
  return parsed;
}

function parse(document: string): PolicyDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (!isDocument(parsed)) throw malformed('Syntax errors in policy.');
  const statements = listOf(parsed.Statement);
  return { version: parsed.Version as string | undefined, statements: statements as Statement[] };
}

function isDocument(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const { Version, Id, Statement } = value;
  const statements = listOf(Statement);
  return (
    Object.keys(value).every((key) => ['Version', 'Id', 'Statement'].includes(key)) &&
    (Version === undefined || versions.includes(Version as string)) &&
    isText(Id) &&
    statements.length > 0 &&
    statements.every(isStatement)
  );
}

function isStatement(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).some((key) => !elements.has(key))) return false;
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = value;
  return (
    isText(Sid) &&
    typeof Effect === 'string' &&
    /^(allow|deny)$/i.test(Effect) &&
    [Principal, NotPrincipal].every(isPrincipal) &&
    [Action, NotAction, Resource, NotResource].every(isTexts) &&
    !(Action !== undefined && NotAction !== undefined) &&
    !(Resource !== undefined && NotResource !== undefined) &&
    isCondition(Condition)
  );
}

const isPrincipal = (value: unknown): boolean =>
  isText(value) || (isObject(value) && Object.values(value).every(isTexts));

function isCondition(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  const isScalar = (one: unknown) => ['string', 'number', 'boolean'].includes(typeof one);
  return Object.entries(value).every(
    ([operator, keys]) =>
      isObject(keys) &&
      (Object.keys(keys).length === 0 || operatorOf(operator) !== undefined) &&
      Object.values(keys).every((values) =>
        Array.isArray(values) ? values.every(isScalar) : isScalar(values),
      ),
  );
}
