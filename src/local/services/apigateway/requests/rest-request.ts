// A request to a stage of a REST API, with all that API Gateway knows of it.
import { randomBytes } from 'node:crypto';
import { hostOf, queryValues, sourceIp, timeText } from '../../../http-events/parts.ts';
import type { HeaderLine } from '../../../protocols/protocol.ts';
import { newTraceId } from '../../../runtime/trace-id.ts';
import type { SiteVisited } from '../../../service.ts';
import { pathOf } from '../definition/paths.ts';
import type { ApiRecord, Definition, StageRecord } from '../records.ts';
import type { Route } from './routes.ts';

export interface RestRequest extends Route {
  readonly api: ApiRecord;
  readonly stage: Pick<StageRecord, 'stageName'> & Partial<StageRecord>;
  /** The deployed definition. */
  readonly definition: Definition;
  readonly httpMethod: string;
  /** Without the stage. */
  readonly path: string;
  /** The path of the resource: `/users/{id}`. */
  readonly resourcePath: string;
  /** The headers that integrations may see, in order. */
  readonly fields: readonly HeaderLine[];
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly rawQuery: string;
  readonly body: Buffer;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  /** For the X-Ray header of the answer: with root, parent and sampling. */
  readonly trace: string;
  /** Takes a line of the execution log, when somebody reads it. */
  log?(line: string): void;
  /** `$context`. Authorizers add to it. */
  readonly context: RequestContext;
}

/** `$context`, which events call `requestContext`. */
export interface RequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly deploymentId: string | undefined;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  identity: Identity;
  /** With the stage. */
  readonly path: string;
  readonly protocol: string;
  readonly requestId: string;
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly stage: string;
  readonly isCanaryRequest?: boolean;
  authorizer?: Readonly<Record<string, unknown>>;
}

export interface Identity {
  accessKey: string | null;
  accountId: string | null;
  apiKey?: string;
  apiKeyId?: string;
  caller: string | null;
  cognitoAuthenticationProvider: string | null;
  cognitoAuthenticationType: string | null;
  cognitoIdentityId: string | null;
  cognitoIdentityPoolId: string | null;
  principalOrgId: string | null;
  sourceIp: string;
  user: string | null;
  userAgent: string | null;
  userArn: string | null;
}

export const nobody = (userAgent: string | undefined): Identity => ({
  accessKey: null,
  accountId: null,
  caller: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp,
  user: null,
  userAgent: userAgent ?? null,
  userArn: null,
});

/** Headers that no integration sees. */
const hidden = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'transfer-encoding',
  'trailer',
  'upgrade',
  'www-authenticate',
]);

export const isVisible = (name: string): boolean => !hidden.has(name.toLowerCase());

/** The stage in a path, and the path below it. Slashes before the stage and right after it are passed over. */
export function splitPath(path: string): { stage: string; below: string; path: string } {
  const [, stage = '', below = ''] = /^\/*([^/]*)(.*)$/s.exec(path) ?? [];
  return { stage, below, path: `/${below.replace(/^\/+/, '')}` };
}

/** As AWS writes them: `JKJaXmPLvHcESHA=`. */
export const newExtendedId = (): string => `${randomBytes(12).toString('base64url').slice(0, 15)}=`;

/** The sent trace, with what it lacks. */
export function traceOf(sent: string | undefined): string {
  const [root = '', parent = '', sampled = ''] = newTraceId().split(';');
  if (!sent?.includes('Root=')) return `${root};${parent};${sampled}`;
  const part = (name: string) => sent.split(';').find((one) => one.trim().startsWith(`${name}=`));
  const sentParent = part('Parent');
  return [part('Root'), sentParent ?? parent, part('Sampled') ?? (sentParent ? 'Sampled=1' : sampled)].join(
    ';',
  );
}

export interface Facts {
  readonly api: ApiRecord;
  readonly stage: StageRecord;
  readonly definition: Definition;
  readonly deploymentId: string;
  readonly route: Route;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** undefined: the stage has no canary. */
  readonly canary: boolean | undefined;
}

export function restRequest(visited: SiteVisited, facts: Facts): RestRequest {
  const { api, stage, definition, route, requestId, now, canary } = facts;
  const { below, path } = splitPath(visited.path);
  const { name } = hostOf(visited.headers.host);
  const resourcePath = pathOf(definition, route.resource);
  const overrides = canary ? stage.canarySettings?.stageVariableOverrides : undefined;
  const variables = { ...stage.variables, ...overrides };
  return {
    ...route,
    api,
    stage,
    definition,
    httpMethod: visited.method,
    path,
    resourcePath,
    fields: visited.fields.filter(([field]) => isVisible(field)),
    query: queryValues(visited.query),
    rawQuery: visited.query,
    body: visited.body ?? Buffer.alloc(0),
    stageVariables: Object.keys(variables).length > 0 ? variables : undefined,
    trace: traceOf(visited.headers['x-amzn-trace-id']),
    context: {
      accountId: api.account,
      apiId: api.id,
      deploymentId: facts.deploymentId,
      domainName: name,
      domainPrefix: api.id,
      extendedRequestId: newExtendedId(),
      httpMethod: visited.method,
      identity: nobody(visited.headers['user-agent']),
      path: `/${stage.stageName}${below}`,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: timeText(now),
      requestTimeEpoch: now,
      resourceId: route.resource.id,
      resourcePath,
      stage: stage.stageName,
      ...(canary === undefined ? {} : { isCanaryRequest: canary }),
    },
  };
}
