// Policy documents: whether IAM would take one, and how it hands them out.
import { malformed } from './faults.ts';

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
  Condition?: Record<string, Record<string, unknown>>;
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

export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): boolean =>
  value === undefined ||
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((one) => typeof one === 'string'));

/**
 * What both kinds of document share.
 * @throws MalformedPolicyDocumentException
 */
function statementsOf(document: string): { version: unknown; statements: Statement[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  const syntax = malformed('Syntax errors in policy.');
  if (!isObject(parsed)) throw syntax;
  if (Object.keys(parsed).some((key) => !['Version', 'Id', 'Statement'].includes(key))) throw syntax;
  if (parsed.Version !== undefined && !versions.includes(parsed.Version as string)) throw syntax;
  const statements = listOf(parsed.Statement);
  if (statements.length === 0) throw syntax;
  for (const one of statements) if (!isStatement(one)) throw syntax;
  const found = statements as Statement[];
  const sids = found.flatMap(({ Sid }) => Sid || []);
  if (new Set(sids).size < sids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
  }
  if (found.some(({ Action, NotAction }) => listOf(Action ?? NotAction).length === 0)) {
    throw malformed('Policy statement must contain actions.');
  }
  return { version: parsed.Version, statements: found };
}

function isStatement(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).some((key) => !elements.has(key))) return false;
  const { Sid, Effect, Principal, Action, NotAction, Resource, NotResource, Condition } = value;
  const principals =
    Principal === undefined ||
    typeof Principal === 'string' ||
    (isObject(Principal) && Object.values(Principal).every(isTexts));
  return (
    (Sid === undefined || typeof Sid === 'string') &&
    (Effect === 'Allow' || Effect === 'Deny') &&
    principals &&
    [Action, NotAction, Resource, NotResource].every(isTexts) &&
    !(Action !== undefined && NotAction !== undefined) &&
    !(Resource !== undefined && NotResource !== undefined) &&
    (Condition === undefined || (isObject(Condition) && Object.values(Condition).every(isObject)))
  );
}

/**
 * A trust policy: who may assume a role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @throws MalformedPolicyDocumentException
 */
export function checkTrust(document: string): void {
  for (const statement of statementsOf(document).statements) {
    for (const field of ['Resource', 'NotResource'] as const) {
      if (statement[field] !== undefined) throw malformed(`Has prohibited field ${field}`);
    }
    const { Principal, NotPrincipal, Action, NotAction } = statement;
    if (Principal === undefined && NotPrincipal === undefined) {
      throw malformed('Missing required field Principal');
    }
    if (
      !listOf(Action ?? NotAction).every((action) =>
        /^sts:(assumerole|setsource|tagsess|setcontext|\*)/i.test(action),
      )
    ) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
    checkPrincipal(Principal);
  }
}

const principalForms: Record<string, RegExp> = {
  AWS: /^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:.+|A[A-Z0-9]{15,})$/,
  Service: /^[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|aws\.internal|aws\.amazon\.com)$/,
  Federated: /./,
  CanonicalUser: /./,
};

function checkPrincipal(principal: Statement['Principal']): void {
  if (principal === undefined || principal === '*') return;
  if (typeof principal === 'string') throw malformed(`Invalid principal in policy: "${principal}"`);
  if (Object.keys(principal).length === 0)
    throw malformed('Missing required field Principal cannot be empty!');
  for (const [kind, values] of Object.entries(principal)) {
    const form = principalForms[kind];
    if (!form) throw malformed('Syntax errors in policy.');
    const wrong = listOf(values).find((value) => !form.test(value));
    if (wrong !== undefined) {
      throw malformed(`Invalid principal in policy: "${kind.toUpperCase()}":"${wrong}"`);
    }
  }
}

/**
 * What a role may do: an inline or a managed policy.
 * @throws MalformedPolicyDocumentException
 */
export function checkPermissions(document: string): void {
  const { version, statements } = statementsOf(document);
  if (version !== '2012-10-17') {
    throw malformed('Policy document must be version 2012-10-17 or greater.');
  }
  for (const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource } of statements) {
    if (Principal !== undefined || NotPrincipal !== undefined) {
      throw malformed('Policy document should not specify a principal.');
    }
    const resources = listOf(Resource ?? NotResource);
    if (resources.length === 0) throw malformed('Policy statement must contain resources.');
    for (const action of listOf(Action ?? NotAction)) {
      if (action !== '*' && !/^[\w-]+:./.test(action)) {
        throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
      }
    }
    for (const resource of resources) {
      if (resource !== '*' && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(resource)) {
        throw malformed(`Resource ${resource} must be in ARN format or "*".`);
      }
    }
  }
}

/** The statements of a document that is known to be well formed. */
export const parsedStatements = (document: string): readonly Statement[] =>
  listOf((JSON.parse(document) as { Statement: Statement | Statement[] }).Statement);

/** IAM does not count white space. */
export const sizeOf = (document: string): number => document.replace(/\s/g, '').length;

/** Documents come back URL-encoded, to the letter of RFC 3986. */
export const encoded = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
