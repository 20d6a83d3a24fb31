// Whether a request may pass to the integration of its route.
import { noticeOnce } from '../../../../notices.ts';
import type { WireAnswer } from '../../../../protocols/protocol.ts';
import type { Signer } from '../../../../service.ts';
import type { HttpApisState } from '../../state.ts';
import { executeArn, type Passage } from '../passage.ts';
import { forbidden, internalError } from '../refusals.ts';
import { decoded } from '../routing.ts';
import type { FunctionAuthorizers } from './functions.ts';
import { checkToken } from './tokens.ts';

export interface Authorizers {
  readonly functions: FunctionAuthorizers;
}

/** undefined: it may; then `passage.authorized` says who calls. */
export async function authorize(
  state: HttpApisState,
  authorizers: Authorizers,
  passage: Passage,
): Promise<WireAnswer | undefined> {
  const { record, authorizer } = passage.route;
  switch (record.AuthorizationType) {
    case 'AWS_IAM':
      return checkSigner(state, passage);
    case 'JWT':
      return authorizer ? checkToken(passage, authorizer) : internalError();
    case 'CUSTOM':
      return authorizer ? authorizers.functions.check(passage, authorizer) : internalError();
    default:
      return undefined;
  }
}

function checkSigner({ host }: HttpApisState, passage: Passage): WireAnswer | undefined {
  const signer = signerOf(passage);
  if (signer?.scope.service !== 'execute-api') return forbidden();
  const resource = executeArn(passage, `${passage.request.method}${decoded(passage.below)}`);
  const role = /^arn:([\w-]+):sts::(\d+):assumed-role\/(.+)\/[^/]+$/.exec(signer.arn);
  if (role) {
    const roleArn = `arn:${role[1]}:iam::${role[2]}:role/${role[3]}`;
    if (!host.face('policies').allowsRole(roleArn, 'execute-api:Invoke', resource)) {
      passage.notes.authorizerError = `${signer.arn} is not authorized to perform execute-api:Invoke on ${resource}`;
      noticeOnce(passage.notes.authorizerError);
      return forbidden();
    }
  }
  const { accessKeyId: accessKey, account: accountId, arn: userArn, userId } = signer;
  const none = { cognitoIdentity: null, principalOrgId: null };
  const iam = { accessKey, accountId, callerId: userId, ...none, userArn, userId };
  const identity = { accessKey, accountId, caller: userId, user: userId, userArn };
  passage.authorized = { kind: 'iam', context: { iam }, flat: {}, identity };
  return undefined;
}

function signerOf({ visit }: Passage): Signer | undefined {
  try {
    return visit.authenticate();
  } catch {
    return undefined;
  }
}
