// Access logs: a line for each request, in the format that the stage names.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
import { createHash } from 'node:crypto';
import type { WireAnswer } from '../../../protocols/protocol.ts';
import type { HttpApisState } from '../state.ts';
import { contextValue, type Passage } from './passage.ts';

export interface Finished {
  readonly passage: Passage;
  readonly answer: WireAnswer;
  /** Milliseconds. */
  readonly latency: number;
  /** Whether the gateway itself answered, and not the integration. */
  readonly refused: boolean;
}

/** Only log groups are written to. */
export function logAccess({ host }: HttpApisState, finished: Finished): void {
  const { passage } = finished;
  const { served } = passage;
  const { DestinationArn = '', Format = '' } = served.stage.accessLog ?? {};
  const [, , service, region = '', account = '', , group] = DestinationArn.split(':');
  if (service !== 'logs' || group === undefined) return;
  const stream = createHash('md5').update(`${served.api.id}/${served.stage.name}`).digest('hex');
  const message = Format.replace(
    /\$context\.([A-Za-z][\w-]*(?:[.:][A-Za-z][\w:-]*)*)/g,
    (_all, name: string) => variable(finished, name) ?? '-',
  );
  host.face('logs').append({ account, region }, group, stream, [{ timestamp: passage.now, message }]);
}

function variable(finished: Finished, name: string): string | undefined {
  const { passage, answer, latency, refused } = finished;
  switch (name) {
    case 'status':
      return String(answer.status);
    case 'responseLength':
      return String(sizeOf(answer));
    case 'responseLatency':
      return String(latency);
    case 'dataProcessed':
      return String(passage.request.body.length + sizeOf(answer));
    case 'error.message':
      return refused ? messageOf(answer) : undefined;
    case 'error.messageString':
      return refused ? JSON.stringify(messageOf(answer)) : undefined;
    case 'error.responseType':
      return refused ? responseTypes[answer.status] : undefined;
    default:
      return contextValue(passage, name);
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const responseTypes: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'ACCESS_DENIED',
  404: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  429: 'THROTTLED',
  500: 'INTEGRATION_FAILURE',
  503: 'INTEGRATION_TIMEOUT',
};

export function sizeOf({ body }: WireAnswer): number {
  return typeof body === 'string' || body instanceof Uint8Array ? Buffer.byteLength(body) : 0;
}

function messageOf({ body }: WireAnswer): string | undefined {
  return (JSON.parse(String(body)) as { message?: string }).message;
}
