// The answer of a function that streams through an AWS_PROXY integration.
import { streamedAnswer } from '../../../http-events/answer.ts';
import type { EndpointAnswer } from './proxy-answer.ts';

export async function streamedProxyAnswer(parts: AsyncIterable<Uint8Array>): Promise<EndpointAnswer> {
  const { status, headers, repeated = [], body } = await streamedAnswer(parts);
  return { status, fields: [...Object.entries(headers), ...repeated], body: body as EndpointAnswer['body'] };
}
