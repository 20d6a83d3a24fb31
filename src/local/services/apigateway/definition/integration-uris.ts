// The addresses that integrations may have.
import type { PutIntegrationRequest } from '@aws-sdk/client-api-gateway';
import { badRequest } from '../errors.ts';

export interface AwsUri {
  /** `lambda` */
  readonly service: string;
  readonly kind: 'path' | 'action';
  /** What follows `path/` or `action/`. */
  readonly rest: string;
}

/** `arn:aws:apigateway:REGION:SERVICE:path/…`; undefined: it is another text. */
export function parseAwsUri(uri: string): AwsUri | undefined {
  const [, service, kind, rest] =
    /^arn:[\w-]+:apigateway:[^:]*:([^:]+):(path|action)\/(.*)$/s.exec(uri) ?? [];
  return service && kind && rest !== undefined ? { service, kind: kind as AwsUri['kind'], rest } : undefined;
}

const invocations =
  /^(?:2015-03-31\/functions\/(.+)\/invocations|2021-11-15\/functions\/(.+)\/response-streaming-invocations)$/;

/** The ARN of the function that an address invokes. It may contain stage variables. */
export function functionIn(uri: string): string | undefined {
  const parsed = parseAwsUri(uri);
  if (parsed?.service !== 'lambda' || parsed.kind !== 'path') return undefined;
  const [, whole, streamed] = invocations.exec(parsed.rest) ?? [];
  return whole ?? streamed;
}

/** @throws BadRequestException */
export function checkUri({ type, uri = '' }: Pick<PutIntegrationRequest, 'type' | 'uri'>): void {
  if (type === 'MOCK') return;
  if (type === 'HTTP' || type === 'HTTP_PROXY') {
    if (!/^(https?:\/\/.|\$\{stageVariables\.)/.test(uri)) {
      throw badRequest('Invalid HTTP endpoint specified for URI');
    }
    return;
  }
  if (!uri.startsWith('arn:')) throw badRequest('Invalid ARN specified in the request');
  const parsed = parseAwsUri(uri);
  if (!parsed) throw badRequest('AWS ARN for integration must contain path or action');
  const proxied =
    functionIn(uri) !== undefined || (parsed.service === 'firehose' && parsed.kind === 'action');
  if (type === 'AWS_PROXY' && !proxied) {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
}
