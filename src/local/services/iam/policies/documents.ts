// Policy documents: the checks of IAM, and the form in which it returns them.

import { malformed } from '../errors.ts';
import { type Conditions, listOf, operatorOf, parsedDocument, type Statement } from './document-syntax.ts';

export { listOf, type Statement };

/**
 * The checks beyond the grammar that both kinds of document share, in IAM's order.
 * @throws MalformedPolicyDocumentException
 */
function checkShared(statements: readonly Statement[]): void {
  if (!statements.every(isLegacy)) throw malformed('The policy failed legacy parsing');
  const sids = statements.flatMap(({ Sid }) => Sid || []);
  if (sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid))) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  if (new Set(sids).size < sids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
  }
}

/** Whether IAM's older parser accepts the statement: effects in the right case, complete ARNs, valid dates. */
function isLegacy({ Effect, Resource, NotResource, Condition = {} }: Statement): boolean {
  return (
    (Effect === 'Allow' || Effect === 'Deny') &&
    listOf(Resource ?? NotResource).every(isLegacyResource) &&
    datesOf(Condition).every(isDate)
  );
}

function isLegacyResource(resource: string): boolean {
  const parts = resource.split(':');
  if (parts[0] !== 'arn' || parts[1] !== 'aws' || parts.length === 2) return true;
  return parts[2] !== '' && parts.length !== 4 && parts.length !== 5;
}

const datesOf = (conditions: Conditions): string[] =>
  Object.entries(conditions)
    .filter(([name]) => operatorOf(name)?.operator.startsWith('date'))
    .flatMap(([, keys]) => Object.values(keys).flatMap((values) => listOf(values).map(String)));

const dateForm =
  /^\d{1,9}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12]\d|3[01]))?)?(T(\d{1,2}(:\d{1,2}(:\d{1,2}(\.\d{1,9})?)?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/i;

function isDate(text: string): boolean {
  if (/^-?\d+$/.test(text)) return BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  return dateForm.test(text) || text.includes('${');
}

/**
 * Checks a trust policy: it says who may assume a role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @param isKnown whether a principal with this ARN exists in this account
 * @throws MalformedPolicyDocumentException
 */
export function checkTrust(document: string, isKnown: (arn: string) => boolean): void {
  const { statements } = parsedDocument(document);
  checkShared(statements);
  for (const statement of statements) {
    const { Principal, NotPrincipal, Action, NotAction } = statement;
    if (listOf(Action ?? NotAction).length === 0) throw malformed('Policy statement must contain actions.');
    for (const field of ['Resource', 'NotResource'] as const) {
      if (statement[field] !== undefined) throw malformed(`Has prohibited field ${field}`);
    }
    if (Principal === undefined && NotPrincipal === undefined) {
      throw malformed('Missing required field Principal');
    }
    const covered = listOf(Action ?? NotAction).every((action) =>
      /^sts:(assumerole|setsource|tagsess|setcontext|\*)/i.test(action),
    );
    if (!covered) throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    checkPrincipal(Principal, isKnown);
  }
}

const principalForms: Record<string, RegExp> = {
  AWS: /^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:.+|A[A-Z0-9]{15,})$/,
  Service: /^[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|aws\.internal|aws\.amazon\.com)$/,
  Federated: /./,
  CanonicalUser: /./,
};

function checkPrincipal(principal: Statement['Principal'], isKnown: (arn: string) => boolean): void {
  if (principal === undefined || principal === '*') return;
  if (typeof principal === 'string') throw malformed(`Invalid principal in policy: "${principal}"`);
  if (Object.keys(principal).length === 0)
    throw malformed('Missing required field Principal cannot be empty!');
  for (const [kind, values] of Object.entries(principal)) {
    const form = principalForms[kind];
    if (!form) throw malformed('Syntax errors in policy.');
    const wrong = listOf(values).find(
      (value) => !form.test(value) || (kind === 'AWS' && value.startsWith('arn:') && !isKnown(value)),
    );
    if (wrong !== undefined) {
      throw malformed(`Invalid principal in policy: "${kind.toUpperCase()}":"${wrong}"`);
    }
  }
}

/**
 * Checks the permissions of an identity: an inline or a managed policy.
 * @throws MalformedPolicyDocumentException
 */
export function checkPermissions(document: string): void {
  const { version, statements } = parsedDocument(document);
  if (version !== '2012-10-17') {
    throw malformed('Policy document must be version 2012-10-17 or greater.');
  }
  checkShared(statements);
  for (const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource } of statements) {
    if (Principal !== undefined || NotPrincipal !== undefined) {
      throw malformed('Policy document should not specify a principal.');
    }
    if (listOf(Action ?? NotAction).length === 0) throw malformed('Policy statement must contain actions.');
    if (listOf(Resource ?? NotResource).length === 0) {
      throw malformed('Policy statement must contain resources.');
    }
  }
  for (const { Resource, NotResource } of statements) listOf(Resource ?? NotResource).forEach(checkResource);
  for (const { Action, NotAction } of statements) listOf(Action ?? NotAction).forEach(checkAction);
}

const partitions = /^aws(-cn|-us-gov|-iso|-iso-b|-iso-e|-iso-f|-eusc)?$|^\*$/;

const iamPaths = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

function checkResource(resource: string): void {
  if (resource === '*') return;
  const given = resource.split(':');
  if (given.length === 1) throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  // IAM reads any first part as `arn`, and missing parts as `*`.
  const parts = ['arn', ...given.slice(1), ...Array(Math.max(0, 6 - given.length)).fill('*')];
  const [, partition = '', vendor = '', region, account, path = ''] = parts;
  if (!partitions.test(partition)) {
    throw malformed(`Partition "${partition}" is not valid for resource "${parts.join(':')}".`);
  }
  if (/[*?]/.test(vendor)) {
    throw malformed('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  if (given.length < 6) return;
  if (vendor === 'iam') {
    if (region !== '') throw malformed(`IAM resource ${resource} cannot contain region information.`);
    if (path !== '*' && path !== 'root' && !iamPaths.some((start) => path.startsWith(start))) {
      throw malformed(`IAM resource path must either be "*", root, or start with ${iamPaths.join(', ')}.`);
    }
  }
  if (vendor === 's3' && region !== '' && account === '') {
    throw malformed(`Resource ${resource} can not contain region information.`);
  }
}

function checkAction(action: string): void {
  if (action === '*') return;
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length === 0) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (rest.length > 1) throw malformed('Actions/Condition can contain only one colon.');
  if (!/^[A-Za-z0-9.-]+$/.test(vendor)) throw malformed(`Vendor ${vendor} is not valid`);
}

/** The statements of a document that is known to be valid. */
export const parsedStatements = (document: string): readonly Statement[] =>
  listOf((JSON.parse(document) as { Statement: Statement | Statement[] }).Statement);

/** IAM does not count white space. */
export const sizeOf = (document: string): number => document.replace(/\s/g, '').length;

/** Documents are returned URL-encoded, strictly by RFC 3986. */
export const encoded = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
