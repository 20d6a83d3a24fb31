// A request on its way through an API, with everything that its steps find out.
import { randomUUID } from 'node:crypto';
import { hostOf, sourceIp, timeText } from '../../../http-events/parts.ts';
import { newTraceId } from '../../../runtime/trace-id.ts';
import type { SiteVisited, Visit } from '../../../service.ts';
import type { Routed } from './routing.ts';
import type { ServedStage } from './served.ts';

export interface Passage {
  readonly served: ServedStage;
  /** As it was sent, with a body. */
  readonly request: SiteVisited & { readonly body: Buffer };
  /** The path below the stage, still encoded. */
  readonly below: string;
  readonly route: Routed['route'];
  readonly parameters: Routed['parameters'];
  /** The gateway's own id of the request: `JCJSViW5PHcESow=` */
  readonly requestId: string;
  readonly traceId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly visit: Visit;
  /** For access logs. */
  readonly notes: Notes;
  authorized?: Authorized;
}

/** The caller, as an authorizer describes it. */
export interface Authorized {
  readonly kind: 'jwt' | 'lambda' | 'iam';
  /** `requestContext.authorizer` in the format 2.0. */
  readonly context: object;
  /** `requestContext.authorizer` in the format 1.0. */
  readonly flat: Readonly<Record<string, unknown>>;
  /** Values of `requestContext.identity` in the format 1.0. */
  readonly identity?: Readonly<Record<string, string>>;
}

export interface Notes {
  integrationStatus?: number;
  /** Milliseconds. */
  integrationLatency?: number;
  integrationError?: string;
  /** The id of the function's invocation. */
  integrationRequestId?: string;
  authorizerError?: string;
}

/** `JCJSViW5PHcESow=`. UUIDs are fast: Node keeps random bytes ready for them. */
export function newRequestId(): string {
  const id = randomUUID();
  return `${Buffer.from(id.slice(0, 8) + id.slice(24) + id.slice(9, 11), 'hex').toString('base64url')}=`;
}

/** With the id of the caller, when it sent one. */
export const traceIdOf = ({ headers }: Pick<SiteVisited, 'headers'>): string =>
  headers['x-amzn-trace-id'] ?? (newTraceId().split(';')[0] as string);

/** The ARN of a method of the stage: `arn:aws:execute-api:R:A:API/STAGE/GET/users/1` */
export function executeArn({ served: { scope, api, stage } }: Pick<Passage, 'served'>, rest: string): string {
  return `arn:aws:execute-api:${scope.region}:${scope.account}:${api.id}/${stage.name}/${rest}`;
}

/** The variable `$context.NAME`; undefined: the request does not have it. */
export function contextValue(passage: Passage, name: string): string | undefined {
  const { served, request, notes } = passage;
  const { stage, api, scope } = served;
  switch (name) {
    case 'accountId':
      return scope.account;
    case 'apiId':
    case 'domainPrefix':
      return api.id;
    case 'domainName':
      return hostOf(request.headers.host).name;
    case 'httpMethod':
      return request.method;
    case 'identity.sourceIp':
      return sourceIp;
    case 'identity.userAgent':
      return request.headers['user-agent'];
    case 'path':
      return request.path;
    case 'protocol':
      return 'HTTP/1.1';
    case 'requestId':
    case 'extendedRequestId':
      return passage.requestId;
    case 'requestTime':
      return timeText(passage.now);
    case 'requestTimeEpoch':
      return String(passage.now);
    case 'routeKey':
      return passage.route.record.RouteKey;
    case 'stage':
      return stage.name;
    case 'authorizer.error':
      return notes.authorizerError;
    case 'integrationErrorMessage':
    case 'integration.error':
      return notes.integrationError;
    case 'integrationLatency':
    case 'integration.latency':
      return textOf(notes.integrationLatency);
    case 'integrationStatus':
    case 'integration.integrationStatus':
    case 'integration.status':
      return textOf(notes.integrationStatus);
    case 'integration.requestId':
    case 'awsEndpointRequestId':
      return notes.integrationRequestId;
    default:
      return name.startsWith('authorizer.')
        ? callerValue(passage, name.slice('authorizer.'.length))
        : undefined;
  }
}

/** `claims.sub` of a token, or a value of an authorizer's context. */
function callerValue({ authorized }: Passage, name: string): string | undefined {
  const { claims, ...values } = authorized?.flat ?? {};
  if (name.startsWith('claims.')) {
    return textOf((claims as Record<string, unknown> | undefined)?.[name.slice('claims.'.length)]);
  }
  return textOf(values[name]);
}

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
