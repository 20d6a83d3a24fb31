// Who may call a route: Lambda authorizers of both formats, signatures.
import { GetAuthorizerCommand, UpdateAuthorizerCommand } from '@aws-sdk/client-apigatewayv2';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sha256 } from '../../signed-server.ts';
import { functionFor, type GatewayAws, invocationUri, startGateway, TestApi } from './fixture.ts';

let aws: GatewayAws;
let fn: string;
/** An authorizer that answers what the header `verdict` says, with its event and the number of its calls. */
let gate: string;
beforeAll(async () => {
  aws = await startGateway();
  fn = await functionFor(aws);
  gate = await functionFor(
    aws,
    `let calls = 0;
exports.handler = async (event) => {
  calls += 1;
  const verdict = event.headers.verdict ?? event.headers.Verdict;
  if (verdict === 'fail') throw new Error('no');
  const seen = { calls: String(calls), event: JSON.stringify(event) };
  const answer = JSON.parse(verdict);
  return typeof answer === 'object' ? { ...answer, context: { ...answer.context, ...seen } } : answer;
};\n`,
  );
});
afterAll(() => aws?.stop());

const unauthorized = { status: 401, text: '{"message":"Unauthorized"}' };
const forbidden = { status: 403, text: '{"message":"Forbidden"}' };
const internal = { status: 500, text: '{"message":"Internal Server Error"}' };

/** An API whose route `GET /users/{id}` asks the authorizer. */
async function guarded(more: object = {}, payload: '1.0' | '2.0' = '2.0') {
  const api = await TestApi.live(aws);
  const AuthorizerId = await api.authorizer({
    AuthorizerType: 'REQUEST',
    AuthorizerUri: invocationUri(aws, gate),
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
    ...more,
  });
  const integration = await api.integration(fn, { PayloadFormatVersion: payload });
  for (const key of ['GET /users/{id}', 'GET /other']) {
    await api.route(key, integration, { AuthorizationType: 'CUSTOM', AuthorizerId });
  }
  const call = (verdict: unknown, headers: Record<string, string> = {}, path = '/users/1?a=b') =>
    api.ask(path, {
      headers: { verdict: typeof verdict === 'string' ? verdict : JSON.stringify(verdict), ...headers },
    });
  return { api, AuthorizerId, call };
}

const yes = { isAuthorized: true };

describe('a Lambda authorizer of the format 2.0', () => {
  it('gets the request, and its context is in the event of the function', async () => {
    const { api, call } = await guarded({
      IdentitySource: ['$request.header.Authorization', '$request.querystring.a'],
    });
    const verdict = { isAuthorized: true, context: { role: 'admin', level: 3 } };
    const { requestContext } = (await call(verdict, { authorization: 'me', cookie: 'c=1' })).json();
    const { lambda } = requestContext.authorizer;
    expect(lambda).toMatchObject({ role: 'admin', level: 3 });
    const event = JSON.parse(lambda.event);
    expect(event).toEqual({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `arn:aws:execute-api:${aws.region}:${aws.account}:${api.id}/$default/GET/users/1`,
      identitySource: ['me', 'b'],
      routeKey: 'GET /users/{id}',
      rawPath: '/users/1',
      rawQueryString: 'a=b',
      cookies: ['c=1'],
      headers: expect.objectContaining({ authorization: 'me', 'content-length': '0' }),
      queryStringParameters: { a: 'b' },
      requestContext: expect.objectContaining({ apiId: api.id, stage: '$default' }),
      pathParameters: { id: '1' },
    });
  });

  it('that does not authorize is 403', async () => {
    const { call } = await guarded();
    expect(await call({ isAuthorized: false })).toMatchObject(forbidden);
    expect((await call(yes)).status).toBe(200);
  });

  it('is not asked without its identity sources: 401', async () => {
    const { call } = await guarded({ IdentitySource: ['$request.header.Authorization'] });
    const got = await call('fail');
    expect(got).toMatchObject(unauthorized);
    expect(got.headers['content-type']).toBe('application/json');
    expect(await call('fail', { authorization: '' })).toMatchObject(unauthorized);
  });

  it('that fails, or does not answer the question, is 500', async () => {
    const { call } = await guarded();
    for (const verdict of ['fail', '"yes"', {}, { isAuthorized: 'yes' }]) {
      expect(await call(verdict), JSON.stringify(verdict)).toMatchObject(internal);
    }
  });

  it('may be asked with a role that may invoke it', async () => {
    const closed = await functionFor(aws, `exports.handler = async () => ({ isAuthorized: true });\n`, false);
    const document = (statement: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const trust = { Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const { Role } = await aws.iam.send(
      new CreateRoleCommand({ RoleName: 'authorizer', AssumeRolePolicyDocument: document(trust) }),
    );
    const { call } = await guarded({
      AuthorizerUri: invocationUri(aws, closed),
      AuthorizerCredentialsArn: Role?.Arn,
    });
    expect(await call(yes)).toMatchObject(internal);
    const PolicyDocument = document({ Action: 'lambda:InvokeFunction', Resource: closed });
    await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'authorizer', PolicyName: 'p', PolicyDocument }));
    expect((await call(yes)).status).toBe(200);
  });

  it('may else be asked only with a permission for it', async () => {
    const closed = await functionFor(aws, `exports.handler = async () => ({ isAuthorized: true });\n`, false);
    const { api, AuthorizerId, call } = await guarded({ AuthorizerUri: invocationUri(aws, closed) });
    expect(await call(yes)).toMatchObject(internal);
    const permit = (StatementId: string, id: string) =>
      aws.lambda.send(
        new AddPermissionCommand({
          FunctionName: closed,
          StatementId,
          Action: 'lambda:InvokeFunction',
          Principal: 'apigateway.amazonaws.com',
          SourceArn: `arn:aws:execute-api:${aws.region}:${aws.account}:${api.id}/authorizers/${id}`,
        }),
      );
    await permit('other', 'none');
    expect(await call(yes)).toMatchObject(internal);
    await permit('own', AuthorizerId);
    expect((await call(yes)).status).toBe(200);
  });
});

describe('the answers of a Lambda authorizer', () => {
  const callsIn = (got: Awaited<ReturnType<TestApi['ask']>>) =>
    got.json().requestContext.authorizer.lambda.calls;

  it('are kept by their identity sources', async () => {
    const { api, AuthorizerId, call } = await guarded({ IdentitySource: ['$request.header.Authorization'] });
    const first = callsIn(await call(yes, { authorization: 'a' }));
    expect(callsIn(await call(yes, { authorization: 'a' }))).toBe(first);
    expect(callsIn(await call('fail', { authorization: 'a' }, '/other'))).toBe(first);
    expect(callsIn(await call(yes, { authorization: 'b' }))).not.toBe(first);
    expect(await call({ isAuthorized: false }, { authorization: 'c' })).toMatchObject(forbidden);
    expect(await call(yes, { authorization: 'c' })).toMatchObject(forbidden);
    const at = { ApiId: api.id, AuthorizerId };
    const { AuthorizerResultTtlInSeconds } = await aws.gateway.send(new GetAuthorizerCommand(at));
    expect(AuthorizerResultTtlInSeconds).toBe(300);
    await aws.gateway.send(new UpdateAuthorizerCommand({ ...at, AuthorizerResultTtlInSeconds: 0 }));
    const fresh = callsIn(await call(yes, { authorization: 'a' }));
    expect(callsIn(await call(yes, { authorization: 'a' }))).not.toBe(fresh);
  });

  it('are kept for each route when the route is a source', async () => {
    const { call } = await guarded({ IdentitySource: ['$context.routeKey'] });
    const first = callsIn(await call(yes));
    expect(callsIn(await call(yes))).toBe(first);
    expect(callsIn(await call(yes, {}, '/other'))).not.toBe(first);
  });
});

describe('a Lambda authorizer that answers an IAM policy', () => {
  const policy = (Effect: string, Resource: unknown) => ({
    principalId: 'sam',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
    },
    context: { team: 'red' },
  });

  it.each<[string, unknown, number]>([
    ['everything', policy('Allow', '*'), 200],
    ['this method', policy('Allow', 'arn:aws:execute-api:*:*:*/$default/GET/*'), 200],
    ['another method', policy('Allow', 'arn:aws:execute-api:*:*:*/$default/POST/*'), 403],
    ['nothing', policy('Deny', '*'), 403],
  ])('lets a request pass that it allows: %s', async (_what, verdict, status) => {
    const { call } = await guarded({ EnableSimpleResponses: false });
    const got = await call(verdict);
    expect(got.status).toBe(status);
    if (status === 200) expect(got.json().requestContext.authorizer.lambda).toMatchObject({ team: 'red' });
  });

  it('gets the format 1.0 too, and its context is flat in events of that format', async () => {
    const { api, call } = await guarded(
      {
        AuthorizerPayloadFormatVersion: '1.0',
        EnableSimpleResponses: false,
        IdentitySource: ['$request.header.Authorization', '$request.querystring.a'],
      },
      '1.0',
    );
    const { requestContext } = (await call(policy('Allow', '*'), { authorization: 'me' })).json();
    expect(requestContext.authorizer).toMatchObject({ team: 'red', principalId: 'sam' });
    expect(JSON.parse(requestContext.authorizer.event)).toMatchObject({
      version: '1.0',
      type: 'REQUEST',
      methodArn: `arn:aws:execute-api:${aws.region}:${aws.account}:${api.id}/$default/GET/users/1`,
      identitySource: 'me,b',
      authorizationToken: 'me,b',
      resource: '/users/{id}',
      path: '/users/1',
      httpMethod: 'GET',
      queryStringParameters: { a: 'b' },
      pathParameters: { id: '1' },
      stageVariables: null,
    });
  });

  it('that answers no policy is 500', async () => {
    const { call } = await guarded({ EnableSimpleResponses: false });
    for (const verdict of [yes, { principalId: 'a', policyDocument: 'x' }]) {
      expect(await call(verdict)).toMatchObject(internal);
    }
  });
});

describe('a route with AWS_IAM', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.live(aws);
    await api.route('GET /users/{id}', await api.integration(fn), { AuthorizationType: 'AWS_IAM' });
    const old = await api.integration(fn, { PayloadFormatVersion: '1.0' });
    await api.route('GET /old', old, { AuthorizationType: 'AWS_IAM' });
  });

  const keys = () => ({
    accessKeyId: aws.env.AWS_ACCESS_KEY_ID as string,
    secretAccessKey: aws.env.AWS_SECRET_ACCESS_KEY as string,
  });
  async function signed(
    path: string,
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = keys(),
    service = 'execute-api',
  ) {
    const signer = new SignatureV4({ service, region: aws.region, sha256: Sha256, credentials });
    const { headers } = await signer.sign({
      method: 'GET',
      protocol: 'http:',
      hostname: api.host,
      path,
      headers: { host: api.host },
    });
    return api.ask(path, { headers });
  }

  it('needs a signature for execute-api', async () => {
    expect(await api.ask('/users/1')).toMatchObject(forbidden);
    expect(await signed('/users/1', keys(), 'lambda')).toMatchObject(forbidden);
    expect(await signed('/users/1', { ...keys(), secretAccessKey: 'x' })).toMatchObject(forbidden);
    const { requestContext } = (await signed('/users/1')).json();
    expect(requestContext).toMatchObject({
      accountId: aws.account,
      authorizer: {
        iam: {
          accessKey: keys().accessKeyId,
          accountId: aws.account,
          callerId: aws.account,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: expect.stringContaining(aws.account),
          userId: aws.account,
        },
      },
    });
    const { identity } = (await signed('/old')).json().requestContext;
    expect(identity).toMatchObject({ accessKey: keys().accessKeyId, accountId: aws.account });
  });

  it('asks the policies of a role', async () => {
    const statement = { Effect: 'Allow', Principal: { AWS: aws.account }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { Role } = await aws.iam.send(
      new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument }),
    );
    const sts = new STSClient({ endpoint: aws.endpoint, region: aws.region, credentials: keys() });
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'session' }),
    );
    const session = {
      accessKeyId: Credentials?.AccessKeyId as string,
      secretAccessKey: Credentials?.SecretAccessKey as string,
      sessionToken: Credentials?.SessionToken as string,
    };
    expect(await signed('/users/1', session)).toMatchObject(forbidden);
    const Resource = `arn:aws:execute-api:${aws.region}:${aws.account}:${api.id}/*/GET/users/*`;
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }],
    });
    await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'caller', PolicyName: 'p', PolicyDocument }));
    expect((await signed('/users/1', session)).status).toBe(200);
    expect(await signed('/old', session)).toMatchObject(forbidden);
  });
});
