// MOCK: the request template says which status the integration has.
import type { Integration } from '@aws-sdk/client-api-gateway';
import { misconfigured } from '../gateway-error.ts';
import type { EndpointAnswer } from '../proxy-answer.ts';
import type { RestRequest } from '../rest-request.ts';
import { mappedRequest } from './mapped-request.ts';
import { mappedResponse } from './mapped-response.ts';

/** @throws GatewayError */
export function mock(request: RestRequest, integration: Integration): EndpointAnswer {
  const { body, context } = mappedRequest(request, integration);
  const status = statusIn(body.toString());
  if (status === undefined) {
    throw misconfigured(
      'Unable to parse statusCode. It should be an integer that is defined in the request template.',
    );
  }
  const answer = { selector: String(status), fields: [], body: Buffer.alloc(0) };
  return mappedResponse(request, integration, answer, context);
}

/** The number in `{"statusCode": 200}`; AWS takes it without the quotes, too. */
function statusIn(body: string): number | undefined {
  try {
    const { statusCode } = JSON.parse(body);
    return Number.isInteger(statusCode) ? statusCode : undefined;
  } catch {
    const found = /^\s*\{(?:.*,)?\s*(['"]?)statusCode\1\s*:\s*(\d+)\s*(?:,.*)?\}\s*$/s.exec(body)?.[2];
    return found === undefined ? undefined : Number(found);
  }
}
