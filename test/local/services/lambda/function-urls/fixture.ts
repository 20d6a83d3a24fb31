// Functions with URLs, and requests to them over real HTTP.
import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  type CreateFunctionUrlConfigCommandOutput,
  type FunctionUrlConfig,
} from '@aws-sdk/client-lambda';
import { zipOf } from '../../../../support/zip.ts';
import { createFunction, type LambdaAws } from '../fixture.ts';

export type Url = Pick<FunctionUrlConfig, 'FunctionUrl'>;

export interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json(): Record<string, Record<string, unknown>>;
}

/** Names below localhost may have no address, so the test connects to 127.0.0.1. */
export function ask({ FunctionUrl = '' }: Url, asked: Asked = {}): Promise<Got> {
  const { host, port } = new URL(FunctionUrl);
  const { method = 'GET', path = '/', headers = {}, body } = asked;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path, headers: { host, ...headers } },
      (answer) => {
        buffer(answer).then((content) => {
          const text = content.toString();
          const { statusCode = 0, headers } = answer;
          resolve({ status: statusCode, headers, text, json: () => JSON.parse(text) });
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Answers what the header `answer` says, else its event. */
export const echo = `exports.handler = async (event) => event.headers.answer ? JSON.parse(event.headers.answer) : event;\n`;

export async function make(aws: LambdaAws, code = echo, more: object = {}): Promise<string> {
  const Code = { ZipFile: await zipOf({ 'index.js': code }) };
  return createFunction(aws, { Runtime: 'nodejs20.x', Code, ...more });
}

/** With authType NONE, and both permissions that it needs. */
export async function publicUrl(
  aws: LambdaAws,
  FunctionName: string,
  Qualifier?: string,
  more: object = {},
): Promise<CreateFunctionUrlConfigCommandOutput> {
  const at = { FunctionName, Qualifier };
  const url = await aws.lambda.send(new CreateFunctionUrlConfigCommand({ ...at, AuthType: 'NONE', ...more }));
  await allow(aws, at, 'one', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' });
  await allow(aws, at, 'two', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
  return url;
}

export async function allow(
  { lambda }: LambdaAws,
  at: { FunctionName: string; Qualifier?: string | undefined },
  StatementId: string,
  more: object,
): Promise<void> {
  const statement = { ...at, StatementId, Principal: '*', Action: '', ...more };
  await lambda.send(new AddPermissionCommand(statement as never));
}

/** The message of every refusal. */
export const forbidden = {
  Message:
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
};
