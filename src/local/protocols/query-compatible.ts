// Services that formerly spoke only Query: the headers of each request say which of their protocols it uses.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
import { gunzipSync } from 'node:zlib';
import type { Api } from './api.ts';
import { cborProtocol } from './cbor.ts';
import { jsonProtocol } from './json.ts';
import type { Problem, Protocol, WireRequest } from './protocol.ts';
import { queryProtocol } from './query.ts';
import { inDialect } from './refusals.ts';
import { unreadable } from './scalars.ts';

/** The limit of a compressed request, in bytes after unpacking. */
const largestUnpacked = 10 * 1024 * 1024;

export function queryCompatibleProtocol(api: Api): Protocol {
  const query = queryProtocol(api);
  const json = jsonProtocol(api, '1.0');
  const cbor = cborProtocol(api);
  const spoken = ({ headers }: WireRequest) => {
    if (headers['smithy-protocol'] === 'rpc-v2-cbor') return cbor;
    return headers['x-amz-target'] === undefined ? query : json;
  };
  return {
    claims: (request) => spoken(request).claims(request),
    route: (request) => spoken(request).route(unpacked(request)),
    read: (operation, request) => spoken(request).read(operation, unpacked(request)),
    write: (operation, output, request, id) => spoken(request).write(operation, output, request, id),
    writeError(problem, request, id) {
      const answer = spoken(request).writeError(problem, request, id);
      // Clients keep the error code of Query.
      if (spoken(request) !== query) {
        answer.headers['x-amzn-query-error'] =
          `${queryCode(problem)};${problem.fault === 'client' ? 'Sender' : 'Receiver'}`;
      }
      return answer;
    },
  };
}

const queryCode = (problem: Problem): string =>
  problem.shape?.traits.awsQueryError?.[0] ?? inDialect(problem, 'query').code;

/** Clients compress larger requests. */
function unpacked(request: WireRequest): WireRequest {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: largestUnpacked }) };
  } catch (error) {
    throw unreadable(`The request is not gzip: ${(error as Error).message}`);
  }
}
