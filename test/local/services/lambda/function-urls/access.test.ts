// Who may call a function URL with the authType AWS_IAM: signatures in headers and queries, and the caller's policies.
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateFunctionUrlConfigCommand, DeleteFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sha256 } from '../../../signed-server.ts';
import { type LambdaAws, startLambda } from '../fixture.ts';
import { ask, forbidden, make, publicUrl, type Url } from './fixture.ts';

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

let aws: LambdaAws;
let url: Url;
let root: Credentials;
beforeAll(async () => {
  aws = await startLambda();
  const FunctionName = await make(aws);
  url = await aws.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' }));
  const { env } = aws;
  root = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' };
});
afterAll(() => aws?.stop());

const policy = (...Action: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const both = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];

/** A request to the URL, by its host name or by its path. */
const target = (path = '/x') => {
  const { host } = new URL(url.FunctionUrl as string);
  return {
    method: 'GET',
    protocol: 'http:',
    hostname: host,
    path,
    headers: { host } as Record<string, string>,
  };
};
const signerOf = (credentials: Credentials, { region = aws.region, service = 'lambda' } = {}) =>
  new SignatureV4({ service, region, credentials, sha256: Sha256 });

async function signed(credentials: Credentials, changes?: { region?: string; service?: string }) {
  const { headers } = await signerOf(credentials, changes).sign(target());
  return ask(url, { path: '/x', headers });
}

async function presigned(credentials: Credentials, change = (query: string) => query) {
  const { query = {} } = await signerOf(credentials).presign(target(), { expiresIn: 60 });
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return ask(url, { path: `/x?${change(text.join('&'))}` });
}

describe('a URL with IAM', () => {
  it('takes a signature in the query', async () => {
    const { status, json } = await presigned(root);
    expect(status).toBe(200);
    expect(json().requestContext?.authorizer).toMatchObject({ iam: { accessKey: root.accessKeyId } });
    expect((await presigned(root, (query) => `${query}&more=1`)).json()).toEqual(forbidden);
    const late = (query: string) => query.replace(/X-Amz-Date=\d{8}/, 'X-Amz-Date=20200101');
    expect((await presigned(root, late)).status).toBe(403);
  });

  it('takes a signature of its path form', async () => {
    const path = new URL(url.FunctionUrl as string).host.replace(
      /^(.*)\.lambda-url\.(.*)\.localhost.*$/,
      '/_aws/lambda-url/$2/$1/x',
    );
    const host = `127.0.0.1:${aws.port}`;
    const { headers } = await signerOf(root).sign({ ...target(path), hostname: host, headers: { host } });
    const got = await ask({ FunctionUrl: aws.endpoint }, { path, headers });
    expect(got.json()).toMatchObject({ rawPath: '/x', requestContext: { accountId: aws.account } });
  });

  it.each([{ service: 'execute-api' }, { service: 's3' }, { region: 'eu-west-3' }])(
    'refuses a signature for %j',
    async (changes) => {
      expect((await signed(root, changes)).json()).toEqual(forbidden);
    },
  );

  it('refuses unknown keys and wrong secrets', async () => {
    expect((await signed({ ...root, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })).status).toBe(403);
    expect((await signed({ ...root, secretAccessKey: 'wrong' })).status).toBe(403);
  });

  it('needs both actions in the policies of a user', async () => {
    const UserName = 'caller';
    await aws.iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName }));
    const user = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    const may = (...actions: string[]) =>
      aws.iam.send(
        new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: policy(...actions) }),
      );
    expect((await signed(user)).json()).toEqual(forbidden);
    await may('lambda:InvokeFunctionUrl');
    expect((await signed(user)).status).toBe(403);
    await may('lambda:InvokeFunction');
    expect((await signed(user)).status).toBe(403);
    await may(...both);
    const { status, json } = await signed(user);
    expect(status).toBe(200);
    const userArn = `arn:aws:iam::${aws.account}:user/${UserName}`;
    expect(json().requestContext?.authorizer).toMatchObject({
      iam: { userArn, accessKey: user.accessKeyId },
    });
  });

  it('needs both actions in the policies of the role of a session', async () => {
    const sts = new STSClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: root,
    });
    const RoleName = 'worker';
    const Statement = [{ AWS: aws.account }, { Service: 'lambda.amazonaws.com' }].map((Principal) => ({
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
    }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: aws.role, RoleSessionName: 'caller' }),
    );
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    expect((await signed(session)).status).toBe(403);
    await aws.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policy(...both) }),
    );
    expect((await signed(session)).status).toBe(200);
    expect((await presigned(session)).status).toBe(200);
  });
});

describe('a URL that was deleted', () => {
  it('is refused as forbidden, and one that never was has no message', async () => {
    const FunctionName = await make(aws);
    const url = await publicUrl(aws, FunctionName);
    expect((await ask(url)).status).toBe(200);
    await aws.lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
    const { status, headers, json } = await ask(url);
    expect({ status, said: json(), type: headers['x-amzn-errortype'] }).toEqual({
      status: 403,
      said: forbidden,
      type: 'AccessDeniedException',
    });
  });
});
