// A proxy that decides by an IAM policy, as AWS does: it finds the action and the resource of each request, and answers
// 403 where the policy does not allow them. The local AWS itself allows everything.
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import * as apigateway from '@aws-sdk/client-apigatewayv2';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ecr from '@aws-sdk/client-ecr';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kinesis from '@aws-sdk/client-kinesis';
import * as lambda from '@aws-sdk/client-lambda';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { Api } from '../../../src/local/protocols/api.ts';
import { protocolOf } from '../../../src/local/protocols/of-api.ts';
import type { Members, WireRequest } from '../../../src/local/protocols/protocol.ts';
import { isAllowed, type PolicyDocument } from './policy.ts';
import { type Call, callsOf, gatewayCall } from './resources.ts';

const apis: (Api & { prefix?: string })[] = [
  { name: 'apigateway', protocol: 'rest-json', apiVersion: '2018-11-29', sdk: apigateway },
  { name: 'lambda', protocol: 'rest-json', apiVersion: '2015-03-31', sdk: lambda },
  { name: 'iam', protocol: 'query', apiVersion: '2010-05-08', sdk: iam },
  { name: 'sts', protocol: 'query', apiVersion: '2011-06-15', sdk: sts },
  { name: 'logs', protocol: 'json-1.1', apiVersion: '2014-03-28', target: 'Logs_20140328', sdk: logs },
  {
    name: 'tagging',
    prefix: 'tag',
    protocol: 'json-1.1',
    apiVersion: '2017-01-26',
    target: 'ResourceGroupsTaggingAPI_20170126',
    sdk: tagging,
  },
  {
    name: 'monitoring',
    prefix: 'cloudwatch',
    protocol: 'query-compatible',
    apiVersion: '2010-08-01',
    target: 'GraniteServiceVersion20100801',
    sdk: cloudwatch,
  },
  { name: 's3', protocol: 's3', apiVersion: '2006-03-01', sdk: s3 },
  { name: 'ssm', protocol: 'json-1.1', apiVersion: '2014-11-06', target: 'AmazonSSM', sdk: ssm },
  {
    name: 'secretsmanager',
    protocol: 'json-1.1',
    apiVersion: '2017-10-17',
    target: 'secretsmanager',
    sdk: secrets,
  },
  {
    name: 'ecr',
    protocol: 'json-1.1',
    apiVersion: '2015-09-21',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    sdk: ecr,
  },
  { name: 'events', protocol: 'json-1.1', apiVersion: '2015-10-07', target: 'AWSEvents', sdk: events },
  { name: 'scheduler', protocol: 'rest-json', apiVersion: '2021-06-30', sdk: scheduler },
  { name: 'sns', protocol: 'query', apiVersion: '2010-03-31', sdk: sns },
  { name: 'sqs', protocol: 'query-compatible', apiVersion: '2012-11-05', target: 'AmazonSQS', sdk: sqs },
  {
    name: 'dynamodb',
    protocol: 'json-1.0',
    apiVersion: '2012-08-10',
    target: 'DynamoDB_20120810',
    sdk: dynamodb,
  },
  {
    name: 'kinesis',
    protocol: 'json-1.1',
    apiVersion: '2013-12-02',
    target: 'Kinesis_20131202',
    sdk: kinesis,
  },
];
const services = new Map(apis.map((api) => [api.name, { ...api, wire: protocolOf(api) }]));

export interface IamProxy {
  endpoint: string;
  /** What was asked for since the last call. */
  take(): Call[];
  /** What was denied since the last call: actions. */
  denied(): string[];
  /** undefined: everything is allowed. */
  policy: PolicyDocument | undefined;
  /** AWS's messages do not name the action, as those of some services. */
  silent: boolean;
  close(): Promise<void>;
}

/** A proxy in front of an endpoint. It takes the caller for `user/ci`. */
export async function iamProxy(target: string): Promise<IamProxy> {
  let calls: Call[] = [];
  let denied: string[] = [];
  const roles = new Map<string, string>();
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const { method = '', url = '', headers } = incoming;
    const [path = '', query = ''] = url.split('?');
    const request = { method, path, query, headers: headers as WireRequest['headers'], body };
    const name = /Credential=[^/]+\/\d+\/([\w-]+)\/([\w-]+)\//.exec(headers.authorization ?? '');
    const service = services.get(name?.[2] ?? '');
    if (!service) return void outgoing.writeHead(501).end(`no service ${name?.[2]} here`);
    const operation = service.wire.route(request);
    const input = inputOf(() => service.wire.read(operation, request));
    const prefix = service.prefix ?? service.name;
    const region = name?.[1] ?? '';
    const made =
      prefix === 'apigateway'
        ? [gatewayCall(method, path, region)]
        : callsOf({ service: prefix, operation: operation.name, input, region, roles });
    calls.push(...made);
    const refused = proxy.policy && made.find((call) => !isAllowed(proxy.policy as PolicyDocument, call));
    if (refused) {
      denied.push(refused.action);
      const [resource = '*'] = refused.resources;
      const message = proxy.silent
        ? 'Access denied'
        : `User: arn:aws:iam::000000000000:user/ci is not authorized to perform: ${refused.action} on resource: ${resource} because no identity-based policy allows the ${refused.action} action`;
      const code = /query|xml/.test(service.protocol) ? 'AccessDenied' : 'AccessDeniedException';
      const problem = { code, status: 403, fault: 'client', message, shape: undefined, members: {} } as const;
      const answer = service.wire.writeError(problem, request, '1');
      outgoing.writeHead(answer.status, answer.headers).end(answer.body as string);
      return;
    }
    const forwarded = send(new URL(url, target), { method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    forwarded.once('error', (error) => outgoing.writeHead(502).end(String(error))).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: IamProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    policy: undefined,
    silent: false,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    denied() {
      const taken = denied;
      denied = [];
      return taken;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** A body that the protocol cannot read without its payload still has the members of the path. */
function inputOf(read: () => Members): Members {
  try {
    return read();
  } catch {
    return {};
  }
}
