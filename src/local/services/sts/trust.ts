// Whether a role's trust policy lets a caller or a service in.
import { listOf, parsedStatements, type Statement } from '../iam/policies/documents.ts';

export interface Caller {
  readonly account: string;
  /** The caller's ARN, and for a session of a role the ARN of that role too. */
  readonly arns: readonly string[];
  readonly externalId?: string | undefined;
}

/** `lambda.amazonaws.com` */
export function trustsService(document: string, service: string): boolean {
  const named = (statement: Statement) => names(statement, 'Service', (value) => value === service);
  return decide(document, 'sts:AssumeRole', named);
}

export function trustsCaller(document: string, caller: Caller, action = 'sts:AssumeRole'): boolean {
  const isRoot = (value: string) => /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(value)?.[1] === caller.account;
  const isCaller = (value: string) =>
    value === '*' || value === caller.account || isRoot(value) || caller.arns.includes(value);
  return decide(
    document,
    action,
    (statement) => names(statement, 'AWS', isCaller) && externalIdHolds(statement, caller.externalId),
  );
}

/** A Deny that applies wins over every Allow. */
function decide(document: string, action: string, applies: (statement: Statement) => boolean): boolean {
  const found = parsedStatements(document).filter((statement) => coversAction(statement, action));
  // Of the conditions only sts:ExternalId is known here: any other is taken to hold for an Allow, and not
  // for a Deny.
  const denied = found.some((one) => one.Effect === 'Deny' && !hasOtherConditions(one) && applies(one));
  return !denied && found.some((one) => one.Effect === 'Allow' && applies(one));
}

function names(
  { Principal, NotPrincipal }: Statement,
  kind: 'AWS' | 'Service',
  matches: (value: string) => boolean,
): boolean {
  if (NotPrincipal !== undefined) {
    return !names({ Effect: 'Allow', Principal: NotPrincipal as Statement['Principal'] }, kind, matches);
  }
  if (Principal === '*') return true;
  return typeof Principal === 'object' && listOf(Principal[kind]).some(matches);
}

function coversAction({ Action, NotAction }: Statement, action: string): boolean {
  const covers = (pattern: string) => like(pattern.toLowerCase(), action.toLowerCase());
  return Action === undefined ? !listOf(NotAction).some(covers) : listOf(Action).some(covers);
}

/** `*` and `?` stand for any text and any character, as in IAM. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

const isExternalId = (key: string): boolean => key.toLowerCase() === 'sts:externalid';

function hasOtherConditions({ Condition = {} }: Statement): boolean {
  return Object.values(Condition).some((keys) => Object.keys(keys).some((key) => !isExternalId(key)));
}

function externalIdHolds({ Condition = {} }: Statement, externalId: string | undefined): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys)
      .filter(([key]) => isExternalId(key))
      .every(([, wanted]) => {
        const values = listOf(wanted as string | string[]);
        if (operator === 'StringEquals') return externalId !== undefined && values.includes(externalId);
        if (operator === 'StringLike') {
          return externalId !== undefined && values.some((value) => like(value, externalId));
        }
        return true;
      }),
  );
}
