// The resource policies of functions, statement by statement.

import type * as sdk from '@aws-sdk/client-lambda';
import { type AddPermissionRequest, PolicyLengthExceededException } from '@aws-sdk/client-lambda';
import { partitionOf } from '../../../partition.ts';
import type { Handlers } from '../../../service.ts';
import { conflict, invalid, notFound, preconditionFailed } from '../errors.ts';
import { arnPattern } from '../patterns.ts';
import type { FunctionStatement } from '../records.ts';
import { parseReference } from '../references.ts';
import type { LambdaState } from '../state.ts';
import { attachmentKey, findTarget, type Target, targetOf } from '../targets.ts';
import { Violations } from '../violations.ts';

/** The limit of a policy in bytes. */
const largestPolicy = 20_480;
const service = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com)$/i;
const identity = /^arn:aws[a-zA-Z-]*:(iam|sts)::\d{12}:\S+$/;

export const permissions: Handlers<typeof sdk, LambdaState> = {
  AddPermission(input, { state, call }) {
    const violations = violationsOf(input);
    const reference = parseReference(input.FunctionName, call, input.Qualifier, { violations });
    if (reference.qualifier === '$LATEST') {
      throw invalid('We currently do not support adding policies for $LATEST.');
    }
    const Principal = principalOf(input.Principal ?? '', call.region);
    if (input.FunctionUrlAuthType !== undefined && input.Action !== 'lambda:InvokeFunctionUrl') {
      throw invalid('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action');
    }
    const target = targetOf(state, call, reference);
    checkRevision(state, target, input.RevisionId);
    const statements = state.policies.get(target.key) ?? [];
    const Sid = input.StatementId ?? '';
    if (statements.some((one) => one.Sid === Sid)) {
      throw conflict(
        `The statement id (${Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const Condition = conditionOf(input);
    const statement: FunctionStatement = {
      Sid,
      Effect: 'Allow',
      Principal,
      Action: input.Action ?? '',
      Resource: target.arn,
      ...(Condition ? { Condition } : {}),
    };
    const all = [...statements, statement];
    const size = Buffer.byteLength(policyDocument(all));
    if (size > largestPolicy) {
      throw new PolicyLengthExceededException({
        message: `The final policy size (${size}) is bigger than the limit (${largestPolicy}).`,
        Type: 'User',
        $metadata: {},
      });
    }
    state.policies.put(target.key, all);
    state.policyRevisions.put(target.key, target.touch());
    return { Statement: JSON.stringify(statement) };
  },

  RemovePermission({ FunctionName, StatementId = '', Qualifier, RevisionId }, { state, call }) {
    const violations = new Violations()
      .pattern(StatementId, 'statementId', '([a-zA-Z0-9-_.]+)')
      .length(StatementId, 'statementId', 100, 1);
    const reference = parseReference(FunctionName, call, Qualifier, { violations });
    const { name, arn } = reference;
    if (!findTarget(state, call, { name, arn, qualifier: undefined })) {
      throw notFound(`No policy found for: ${arn}`);
    }
    const target = targetOf(state, call, reference);
    const statements = state.policies.get(target.key);
    if (!statements) throw notFound('No policy is associated with the given resource.');
    checkRevision(state, target, RevisionId);
    const left = statements.filter(({ Sid }) => Sid !== StatementId);
    if (left.length === statements.length) {
      throw notFound(`Statement ${StatementId} is not found in resource policy.`);
    }
    const revision = target.touch();
    if (left.length > 0) {
      state.policies.put(target.key, left);
      state.policyRevisions.put(target.key, revision);
    } else {
      state.policies.remove(target.key);
      state.policyRevisions.remove(target.key);
    }
    return {};
  },

  GetPolicy({ FunctionName, Qualifier }, { state, call }) {
    const reference = parseReference(FunctionName, call, Qualifier);
    const target = findTarget(state, call, reference);
    const statements = state.policies.get(attachmentKey(call, reference));
    // The policy of the function does not apply to $LATEST.
    if (!target || !statements || reference.qualifier === '$LATEST') {
      throw notFound('The resource you requested does not exist.');
    }
    return { Policy: policyDocument(statements), RevisionId: revisionOf(state, target) };
  },
};

/** The policy's own RevisionId stays when only the function changes. Without a policy it is that of the function. */
const revisionOf = (state: LambdaState, { key, revisionId }: Target): string =>
  state.policyRevisions.get(key) ?? revisionId;

/** @throws PreconditionFailedException */
function checkRevision(state: LambdaState, target: Target, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== revisionOf(state, target)) throw preconditionFailed('GetPolicy');
}

const documents = new WeakMap<readonly FunctionStatement[], string>();

/** The resource policy with these statements. Lists of statements are never changed in place. */
export function policyDocument(Statement: readonly FunctionStatement[]): string {
  let document = documents.get(Statement);
  if (document === undefined) {
    document = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement });
    documents.set(Statement, document);
  }
  return document;
}

function violationsOf(input: AddPermissionRequest): Violations {
  return new Violations()
    .pattern(input.StatementId, 'statementId', '([a-zA-Z0-9-_]+)')
    .length(input.StatementId, 'statementId', 100, 1)
    .pattern(input.Action, 'action', '(lambda:[*]|lambda:[a-zA-Z]+|[*])')
    .pattern(input.Principal, 'principal', '[^\\s]+')
    .pattern(input.SourceArn, 'sourceArn', arnPattern)
    .length(input.SourceAccount, 'sourceAccount', 12)
    .pattern(input.SourceAccount, 'sourceAccount', '\\d{12}')
    .pattern(input.EventSourceToken, 'eventSourceToken', '[a-zA-Z0-9._\\-]+')
    .length(input.EventSourceToken, 'eventSourceToken', 256)
    .length(input.PrincipalOrgID, 'principalOrgID', 34, 12)
    .pattern(input.PrincipalOrgID, 'principalOrgID', 'o-[a-z0-9]{10,32}')
    .oneOf(input.FunctionUrlAuthType, 'functionUrlAuthType', ['AWS_IAM', 'NONE']);
}

function principalOf(principal: string, region: string): FunctionStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:${partitionOf(region)}:iam::${principal}:root` };
  if (identity.test(principal)) return { AWS: principal };
  if (service.test(principal)) return { Service: principal };
  throw invalid('The provided principal was invalid. Please check the principal and try again.');
}

function conditionOf(input: AddPermissionRequest): FunctionStatement['Condition'] {
  const equal = withoutUndefined({
    'AWS:SourceAccount': input.SourceAccount,
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
    'lambda:EventSourceToken': input.EventSourceToken,
  });
  const like = withoutUndefined({ 'AWS:SourceArn': input.SourceArn });
  const same = withoutUndefined({
    'lambda:InvokedViaFunctionUrl':
      input.InvokedViaFunctionUrl === undefined ? undefined : String(input.InvokedViaFunctionUrl),
  });
  const operators = Object.entries({ StringEquals: equal, ArnLike: like, Bool: same });
  const used = operators.filter(([, keys]) => Object.keys(keys).length > 0);
  return used.length > 0 ? Object.fromEntries(used) : undefined;
}

function withoutUndefined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
