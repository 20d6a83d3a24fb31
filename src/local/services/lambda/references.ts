// The ways to name a function: name, name:qualifier, account:function:name, ARN; and the record behind it.
import { ServiceFault } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { invalid, notFound, validation, violation } from './faults.ts';
import { arnOf, type FunctionRecord, keyOf, type LambdaState, settled } from './state.ts';

export interface Reference {
  readonly name: string;
  /** A version, an alias or `$LATEST`; undefined: none was given. */
  readonly qualifier: string | undefined;
  /** Unqualified. */
  readonly arn: string;
}

export const namePattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const readPattern = namePattern
  .replace('([a-zA-Z0-9-_]+)(:', '([a-zA-Z0-9-_\\.]+)(:')
  .replace('\\$LATEST|', '\\$LATEST(\\.PUBLISHED)?|');

const form =
  /^(?:arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):function:|(?:(\d{12}):)?function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

/** @throws the errors that Lambda gives for malformed names and contradicting qualifiers. */
export function parseReference(text: string | undefined, call: Call, qualifier?: string): Reference {
  const given = text ?? '';
  const found = form.exec(given);
  if (!found) {
    throw validation(
      violation(given, 'functionName', `Member must satisfy regular expression pattern: ${readPattern}`),
    );
  }
  const [, region, arnAccount, shortAccount, name = '', derived] = found;
  if (name.length > 64) {
    throw invalid(violation(given, 'functionName', 'Member must have length less than or equal to 64'));
  }
  const account = arnAccount ?? shortAccount;
  if (account !== undefined && account !== call.account) {
    throw new ServiceFault(
      'AccessDeniedException',
      `User: ${call.callerArn} is not authorized to perform this action on resource: ${given}`,
      403,
    );
  }
  if (region !== undefined && region !== call.region) {
    throw notFound(`Functions from '${region}' are not reachable in this region ('${call.region}')`);
  }
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) {
    throw invalid('The derived qualifier from the function name does not match the specified qualifier.');
  }
  const { account: owner, region: home } = call;
  return { name, qualifier: derived ?? qualifier, arn: arnOf({ account: owner, region: home, name }) };
}

/** The function or version that is meant, as it is now. @throws ResourceNotFoundException */
export function findFunction(
  state: LambdaState,
  call: Call,
  { name, qualifier, arn }: Reference,
): FunctionRecord {
  const version = qualifier === undefined || qualifier === '$LATEST' ? '$LATEST' : qualifier;
  const record = state.functions.get(keyOf(call, name, version));
  if (!record) throw notFound(`Function not found: ${qualifier === undefined ? arn : `${arn}:${qualifier}`}`);
  return settled(record);
}
