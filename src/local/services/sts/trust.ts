// Whether a role's trust policy lets a caller or a service assume the role.
import { matchesPattern } from '../iam/policies/conditions.ts';
import { listOf, parsedStatements, type Statement } from '../iam/policies/documents.ts';
import { namesPrincipal } from '../iam/policies/principals.ts';

/** Policy variables have no values here. */
const noContext = new Map();

export interface Caller {
  readonly account: string;
  /** The caller's ARN, and for a session of a role the ARN of that role too. */
  readonly arns: readonly string[];
  readonly externalId?: string | undefined;
}

/** `lambda.amazonaws.com` */
export function trustsService(document: string, service: string): boolean {
  const named = (statement: Statement) => namesPrincipal(statement, 'Service', (value) => value === service);
  return decide(document, 'sts:AssumeRole', named);
}

export function trustsCaller(document: string, caller: Caller, action = 'sts:AssumeRole'): boolean {
  const isRoot = (value: string) => /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(value)?.[1] === caller.account;
  const isCaller = (value: string) =>
    value === '*' || value === caller.account || isRoot(value) || caller.arns.includes(value);
  return decide(
    document,
    action,
    (statement) =>
      namesPrincipal(statement, 'AWS', isCaller) && externalIdHolds(statement, caller.externalId),
  );
}

/** A Deny that applies wins over every Allow. */
function decide(document: string, action: string, applies: (statement: Statement) => boolean): boolean {
  const statements = parsedStatements(document).filter((statement) => coversAction(statement, action));
  // Of the conditions only sts:ExternalId is known here. Any other counts as true for an Allow, and as false
  // for a Deny.
  const denied = statements.some((one) => one.Effect === 'Deny' && !hasOtherConditions(one) && applies(one));
  return !denied && statements.some((one) => one.Effect === 'Allow' && applies(one));
}

function coversAction({ Action, NotAction }: Statement, action: string): boolean {
  const covers = (pattern: string) => matchesPattern(pattern, action, noContext, false);
  return Action === undefined ? !listOf(NotAction).some(covers) : listOf(Action).some(covers);
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
          return (
            externalId !== undefined && values.some((value) => matchesPattern(value, externalId, noContext))
          );
        }
        return true;
      }),
  );
}
