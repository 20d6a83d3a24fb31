// Who may call a method: the resource policy, the method's authorization, and its API key.
import type { Signer, Visit } from '../../../../service.ts';
import { wholePolicy } from '../../apis/policy.ts';
import type { ApiGatewayState } from '../../state.ts';
import { badSignature, denied, GatewayError, missingToken, unauthorized } from '../gateway-error.ts';
import type { RestRequest } from '../rest-request.ts';
import { checkKey } from './api-key.ts';
import { askAuthorizer } from './lambda-authorizer.ts';
import { methodArnOf } from './method-arn.ts';
import { documentOf, verdictOf } from './policies.ts';

/** Adds what is known of the caller to the request. @throws GatewayError when the request may not pass */
export async function authorize(state: ApiGatewayState, request: RestRequest, visit: Visit): Promise<void> {
  const { authorizationType } = request.method;
  if (authorizationType === 'AWS_IAM') checkSigner(state, request, visit);
  else checkResourcePolicy(state, request);
  if (authorizationType === 'CUSTOM') await askAuthorizer(state, request);
  // There are no user pools here that could have signed a token.
  if (authorizationType === 'COGNITO_USER_POOLS') throw unauthorized();
  checkKey(state, request);
}

function checkSigner(state: ApiGatewayState, request: RestRequest, visit: Visit): void {
  const signed = /(^|&)X-Amz-Signature=/.test(request.rawQuery);
  if (visit.request.headers.authorization === undefined && !signed) throw missingToken();
  const signer = signerOf(visit);
  const question = { action: 'execute-api:Invoke', resource: methodArnOf(request), context: {} };
  const isOwner = signer.account === request.api.account;
  if (!isOwner || !state.host.face('policies').allowsCaller(signer.arn, question)) {
    throw notAuthorized(request, signer.arn, false);
  }
  Object.assign(request.context.identity, {
    accessKey: signer.accessKeyId,
    accountId: signer.account,
    caller: signer.userId,
    user: signer.userId,
    userArn: signer.arn,
  });
}

/** @throws GatewayError */
function signerOf({ authenticate }: Visit): Signer {
  try {
    return authenticate();
  } catch (error) {
    throw badSignature((error as Error).message);
  }
}

/** @throws GatewayError */
function checkResourcePolicy(state: ApiGatewayState, request: RestRequest): void {
  const { definition, api } = request;
  // The policies of private APIs ask for VPC endpoints, which are not here.
  if (definition.policy === undefined || definition.endpointConfiguration.types?.[0] === 'PRIVATE') return;
  const policy = documentOf(wholePolicy({ ...api, policy: definition.policy }));
  if (!policy) return;
  const verdict = verdictOf(state, policy, methodArnOf(request), { anybody: false });
  if (verdict !== 'allowed') throw notAuthorized(request, 'anonymous', verdict === 'denied');
}

/** AWS masks all but the last four digits of the account. */
function notAuthorized(request: RestRequest, user: string, explicitly: boolean): GatewayError {
  const { status, errorType, type } = denied(explicitly);
  const resource = methodArnOf(request).replace(/:\d{8}(\d{4}):/, ':********$1:');
  const text = `User: ${user} is not authorized to perform: execute-api:Invoke on resource: ${resource}`;
  return new GatewayError(type, explicitly ? `${text} with an explicit deny` : text, { status, errorType });
}
