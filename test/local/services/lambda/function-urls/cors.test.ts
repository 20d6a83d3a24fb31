// CORS of function URLs: preflight requests, and what web pages get.
import { CreateFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LambdaAws, startLambda } from '../fixture.ts';
import * as urls from './fixture.ts';
import { ask, type Url } from './fixture.ts';

let aws: LambdaAws;
beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const make = () => urls.make(aws);
const publicUrl = (FunctionName: string, Qualifier?: string, more?: object) =>
  urls.publicUrl(aws, FunctionName, Qualifier, more);

describe('web pages', () => {
  const origin = 'https://a.example';
  const Cors = {
    AllowOrigins: [origin],
    AllowMethods: ['POST'],
    AllowHeaders: ['x-one'],
    ExposeHeaders: ['x-two'],
    MaxAge: 60,
    AllowCredentials: true,
  };

  it('get the CORS headers of the URL, and preflight requests do not reach the function', async () => {
    const url = await publicUrl(await make(), undefined, { Cors });
    const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } };
    const { status, headers, text } = await ask(url, preflight);
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'x-one',
      'access-control-max-age': '60',
      'access-control-allow-credentials': 'true',
    });
    const answered = await ask(url, { method: 'POST', headers: { origin } });
    expect(answered.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-two',
    });
    expect(answered.json().headers).toMatchObject({ origin });
    const other = await ask(url, { headers: { origin: 'https://b.example' } });
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('get the headers of the URL beside those of the function', async () => {
    const url = await publicUrl(await make(), undefined, { Cors });
    const answer = {
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': '*', 'access-control-max-age': '1' },
    };
    const { headers } = await ask(url, { headers: { origin, answer: JSON.stringify(answer) } });
    expect(headers).toMatchObject({
      'access-control-allow-origin': `*, ${origin}`,
      'access-control-expose-headers': 'x-two',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '1',
    });
  });

  it('of any origin are allowed by a star, which is answered with their origin', async () => {
    const url = await publicUrl(await make(), undefined, {
      Cors: { AllowOrigins: ['*'], AllowMethods: ['*'] },
    });
    const asked = { origin: 'https://any.example', 'access-control-request-method': 'PUT' };
    expect((await ask(url, { method: 'OPTIONS', headers: asked })).headers).toMatchObject({
      'access-control-allow-origin': 'https://any.example',
      'access-control-allow-methods': '*',
    });
  });

  it('reach the function with OPTIONS when it is no preflight, or the URL has no CORS', async () => {
    const [cors, none] = [await publicUrl(await make(), undefined, { Cors }), await publicUrl(await make())];
    const preflight = { origin, 'access-control-request-method': 'POST' };
    const method = async (url: Url, headers: Record<string, string>) =>
      (await ask(url, { method: 'OPTIONS', headers })).json().requestContext?.http;
    expect(await method(cors, {})).toMatchObject({ method: 'OPTIONS' });
    expect(await method(cors, { origin })).toMatchObject({ method: 'OPTIONS' });
    expect(await method(none, preflight)).toMatchObject({ method: 'OPTIONS' });
  });

  it('need no signature for a preflight to a URL with IAM', async () => {
    const FunctionName = await make();
    const iam = { FunctionName, AuthType: 'AWS_IAM' as const, Cors };
    const url = await aws.lambda.send(new CreateFunctionUrlConfigCommand(iam));
    const headers = { origin, 'access-control-request-method': 'POST' };
    expect((await ask(url, { method: 'OPTIONS', headers })).status).toBe(200);
    const refused = await ask(url, { headers: { origin } });
    expect({ status: refused.status, allowed: refused.headers['access-control-allow-origin'] }).toEqual({
      status: 403,
      allowed: origin,
    });
  });

  it('still cannot use the APIs', async () => {
    const FunctionUrl = aws.endpoint;
    expect((await ask({ FunctionUrl }, { headers: { origin } })).status).toBe(403);
    const host = `x.lambda-url.us-east-1.localhost:${aws.port}`;
    expect((await ask({ FunctionUrl }, { headers: { origin, host } })).status).toBe(403);
  });
});
