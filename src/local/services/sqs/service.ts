// The local SQS.
import * as sdk from '@aws-sdk/client-sqs';
import type { WireRequest } from '../../protocols/protocol.ts';
import type { Service, ServiceHost } from '../../service.ts';
import { deadLetters } from './dead-letters.ts';
import { errorType, invalidAction, queryText, unknownAction } from './errors.ts';
import { queuesFace } from './face.ts';
import { deletions } from './messages/delete.ts';
import { receive } from './messages/receive.ts';
import { send } from './messages/send.ts';
import { permissions } from './permissions.ts';
import { queues } from './queues.ts';
import { settings } from './settings.ts';
import { SqsState } from './state.ts';
import { taggedQueues, tags } from './tags.ts';

export function createSqsService(host: ServiceHost): Service<typeof sdk, SqsState> {
  const state = new SqsState(host);
  return {
    name: 'sqs',
    protocol: 'query-compatible',
    apiVersion: '2012-11-05',
    target: 'AmazonSQS',
    namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
    errorDetail: true,
    checksRequired: true,
    errorType: (code) => errorType(sdk, code),
    queryText,
    unknownAction,
    jsonNames: { Messages: 'messages', QueueUrls: 'queueUrls' },
    sdk,
    handlers: {
      ...queues,
      ...settings,
      ...permissions,
      ...deadLetters,
      ...tags,
      ...send,
      ...receive,
      ...deletions,
    },
    state,
    faces: { queues: queuesFace(state) },
    tagged: taggedQueues(state),
    addressed,
    faulty: () => ({
      throttle: new sdk.RequestThrottled({ message: 'Request is throttled.', $metadata: {} }),
    }),
    resume: () => state.moves.resume(),
    close: async () => state.close(),
  };
}

/** Requests in Query may be sent to the URL of their queue. @throws ServiceError for an action that has no queue */
function addressed(request: WireRequest): WireRequest {
  const { path, headers } = request;
  const isQuery = headers['x-amz-target'] === undefined && headers['smithy-protocol'] === undefined;
  if (!isQuery) return request;
  const { query, body } = withSystemNames(request);
  if (path === '/') return { ...request, query, body };
  const [, , action] = /(^|&)Action=(CreateQueue|ListQueues)(&|$)/.exec(`${query}&${body}`) ?? [];
  if (action) throw invalidAction(action);
  return { ...request, query: `QueueUrl=${encodeURIComponent(path)}&${query}`, body };
}

/**
 * The model calls the system attributes `AttributeName` by both of their names. Clients such as kombu send
 * `MessageSystemAttributeName.1`, also beside `AttributeName.1`: the first digits keep the numbers apart.
 */
function withSystemNames({ query, body }: WireRequest): Pick<WireRequest, 'query' | 'body'> {
  const renamed = (fields: string) =>
    fields.replace(/(^|&)MessageSystemAttributeName\.(?=\d)/g, '$1AttributeName.1000');
  return {
    query: renamed(query),
    body: body.includes('MessageSystemAttributeName.') ? Buffer.from(renamed(String(body))) : body,
  };
}
