// A local AWS with HTTP APIs, functions behind them, and requests to them.
import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  type CreateApiCommandInput,
  CreateAuthorizerCommand,
  type CreateAuthorizerCommandInput,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateStageCommand,
  type CreateStageCommandInput,
} from '@aws-sdk/client-apigatewayv2';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { zipOf } from '../../../support/zip.ts';
import { createFunction, type LambdaAws, startLambda, uniqueName } from '../lambda/fixture.ts';

export interface GatewayAws extends LambdaAws {
  readonly gateway: ApiGatewayV2Client;
}

export async function startGateway(): Promise<GatewayAws> {
  const aws = await startLambda();
  const gateway = new ApiGatewayV2Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.lambda.config.credentials,
    maxAttempts: 1,
  });
  return Object.assign(aws, { gateway });
}

/** Answers its event, or what the header `answer` says. */
export const echo = `exports.handler = async (event) => {
  const { answer } = event.headers;
  return answer === undefined ? { statusCode: 200, body: JSON.stringify(event) } : JSON.parse(answer);
};\n`;

/** The ARN of a function that API Gateway may call from anywhere in the account. */
export async function functionFor(aws: GatewayAws, code = echo, permitted = true): Promise<string> {
  const Code = { ZipFile: await zipOf({ 'index.js': code }) };
  const FunctionName = await createFunction(aws, { Runtime: 'nodejs20.x', Code });
  if (permitted) {
    await aws.lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 'gateway',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      }),
    );
  }
  return aws.arn(FunctionName);
}

/** The URI with which API Gateway names a function. */
export const invocationUri = ({ region }: GatewayAws, arn: string): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;

/** An API that a test fills. Its parts are made with the values that matter to the test. */
export class TestApi {
  readonly aws: GatewayAws;
  readonly id: string;

  private constructor(aws: GatewayAws, id: string) {
    this.aws = aws;
    this.id = id;
  }

  static async create(aws: GatewayAws, input: Partial<CreateApiCommandInput> = {}): Promise<TestApi> {
    const { ApiId = '' } = await aws.gateway.send(
      new CreateApiCommand({ Name: uniqueName('api'), ProtocolType: 'HTTP', ...input }),
    );
    return new TestApi(aws, ApiId);
  }

  /** With the stage `$default`, which follows the API. */
  static async live(aws: GatewayAws, input: Partial<CreateApiCommandInput> = {}): Promise<TestApi> {
    const api = await TestApi.create(aws, input);
    await api.stage({ StageName: '$default', AutoDeploy: true });
    return api;
  }

  async stage(input: Omit<CreateStageCommandInput, 'ApiId'>) {
    return this.aws.gateway.send(new CreateStageCommand({ ApiId: this.id, ...input }));
  }

  /** Resolves the id of an integration of the function. */
  async integration(
    IntegrationUri: string,
    more: Partial<CreateIntegrationCommandInput> = {},
  ): Promise<string> {
    const { IntegrationId = '' } = await this.aws.gateway.send(
      new CreateIntegrationCommand({
        ApiId: this.id,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri,
        PayloadFormatVersion: '2.0',
        ...more,
      }),
    );
    return IntegrationId;
  }

  /** Resolves the id of a route. */
  async route(
    RouteKey: string,
    integration?: string,
    more: Partial<CreateRouteCommandInput> = {},
  ): Promise<string> {
    const Target = integration === undefined ? undefined : `integrations/${integration}`;
    const { RouteId = '' } = await this.aws.gateway.send(
      new CreateRouteCommand({ ApiId: this.id, RouteKey, Target, ...more }),
    );
    return RouteId;
  }

  /** Resolves the id of an authorizer. */
  async authorizer(
    input: Partial<CreateAuthorizerCommandInput> & Pick<CreateAuthorizerCommandInput, 'AuthorizerType'>,
  ): Promise<string> {
    const { AuthorizerId = '' } = await this.aws.gateway.send(
      new CreateAuthorizerCommand({ ApiId: this.id, Name: uniqueName('auth'), IdentitySource: [], ...input }),
    );
    return AuthorizerId;
  }

  get host(): string {
    return `${this.id}.execute-api.${this.aws.region}.localhost:${this.aws.port}`;
  }

  ask(path = '/', asked: Asked = {}): Promise<Got> {
    return ask(this.aws.port, this.host, path, asked);
  }
}

export interface Asked {
  method?: string;
  /** A list sends a header several times. */
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
}

export interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  /** Names as they were sent, and values, in turn. */
  raw: string[];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: any event
  json(): any;
}

/** Names below localhost may have no address, so the test connects to 127.0.0.1. */
export function ask(
  port: number,
  host: string,
  path: string,
  { method = 'GET', headers = {}, body }: Asked,
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path, headers: { host, ...headers } },
      (answer) => {
        buffer(answer).then((content) => {
          const text = content.toString();
          const { statusCode = 0, headers, rawHeaders } = answer;
          resolve({ status: statusCode, headers, raw: rawHeaders, text, json: () => JSON.parse(text) });
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
