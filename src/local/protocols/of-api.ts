// Creates the protocol of a service.
import type { Api } from './api.ts';
import { jsonProtocol } from './json.ts';
import type { Protocol } from './protocol.ts';
import { queryProtocol } from './query.ts';
import { queryCompatibleProtocol } from './query-compatible.ts';
import { restJsonProtocol } from './rest-json.ts';
import { restXmlProtocol } from './rest-xml.ts';
import { s3Protocol } from './s3.ts';

const protocols: Record<Api['protocol'], (api: Api) => Protocol> = {
  'rest-json': restJsonProtocol,
  query: queryProtocol,
  'query-compatible': queryCompatibleProtocol,
  'json-1.0': (api) => jsonProtocol(api, '1.0'),
  'json-1.1': (api) => jsonProtocol(api, '1.1'),
  'rest-xml': restXmlProtocol,
  s3: s3Protocol,
};

export const protocolOf = (api: Api): Protocol => protocols[api.protocol](api);
