// What optimized integrations answer beside the output of the service: the headers of its answer.
import type { Json } from '../../../states-language/json.ts';

type Headers = Readonly<Record<string, string>>;

const json = 'application/x-amz-json-1.0';

/** The headers of a service, in the order of AWS. */
function headersOf(service: string, id: string, length: number, version: string): Headers | undefined {
  const size = { 'Content-Length': String(length), Date: new Date().toUTCString() };
  switch (service) {
    case 'lambda':
      return {
        'X-Amz-Executed-Version': version,
        'x-amzn-Remapped-Content-Length': '0',
        Connection: 'keep-alive',
        'x-amzn-RequestId': id,
        ...size,
        'X-Amzn-Trace-Id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.replaceAll('-', '').slice(0, 24)};Sampled=0`,
        'Content-Type': 'application/json',
      };
    case 'sqs':
    case 'states':
      return { 'x-amzn-RequestId': id, connection: 'keep-alive', ...size, 'Content-Type': json };
    case 'sns':
      return { 'x-amzn-RequestId': id, connection: 'keep-alive', ...size, 'Content-Type': 'text/xml' };
    case 'dynamodb':
      return {
        Server: 'Server',
        Connection: 'keep-alive',
        'x-amzn-RequestId': id,
        'x-amz-crc32': String((length * 2_654_435_761) % 4_294_967_296),
        ...size,
        'Content-Type': json,
      };
    default:
      return undefined;
  }
}

/** `version`: the executed version of a function. */
export function metadataOf(
  service: string,
  id: string,
  length: number,
  version = '',
): Readonly<Record<string, Json>> {
  const headers = headersOf(service, id, length, version);
  if (!headers) return {};
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: Object.fromEntries(
        Object.entries(headers).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
      ),
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: id },
  };
}
