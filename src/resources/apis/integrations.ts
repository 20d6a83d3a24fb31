// The integrations by which the routes of an API call functions: one for each function, qualifier and settings.
import type { Integration } from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../../aws/aws.ts';
import { sameJson } from '../compare.ts';
import { apiCalls } from './http-api.ts';
import type { ApiRoute } from './live.ts';

const partCalls = () => import('./part-calls.ts');

/** What a route wants of its integration. */
export interface IntegrationSettings {
  /** ARN of the function, or of an alias of it. */
  IntegrationUri: string;
  PayloadFormatVersion: string;
  /** undefined: as AWS takes it. */
  TimeoutInMillis: number | undefined;
  CredentialsArn: string | undefined;
  RequestParameters: Record<string, string> | undefined;
  ResponseParameters: Record<string, Record<string, string>> | undefined;
}

/** Integrations have no tags: their description says that slsctl made them, and for which function. */
export function integrationMark(functionName: string): string {
  return `made by slsctl for ${functionName}`;
}

export function isMarkedFor(functionName: string, { Description }: Integration): boolean {
  return Description === integrationMark(functionName);
}

/** The ARN of the function that it calls; undefined: it calls something else. */
export function calledBy({ IntegrationUri = '' }: Integration): string | undefined {
  const [, arn] =
    /(?:\/functions\/|^)(arn:[^:]*:lambda:[^/]*:function:[^/]+)(?:\/invocations)?$/.exec(IntegrationUri) ??
    [];
  return arn;
}

export function integrationIn({ Target }: ApiRoute): string | undefined {
  return Target?.replace(/^integrations\//, '');
}

export function settingsIn(live: Integration): IntegrationSettings {
  return {
    IntegrationUri: calledBy(live) ?? live.IntegrationUri ?? '',
    PayloadFormatVersion: live.PayloadFormatVersion ?? '1.0',
    TimeoutInMillis: live.TimeoutInMillis,
    CredentialsArn: live.CredentialsArn || undefined,
    RequestParameters: live.RequestParameters,
    ResponseParameters: withoutEmpty(live.ResponseParameters),
  };
}

/** Some endpoints answer a status code whose changes are removed. */
function withoutEmpty(codes: Integration['ResponseParameters']): Integration['ResponseParameters'] {
  const entries = Object.entries(codes ?? {}).filter(([, changes]) => Object.keys(changes).length > 0);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** An undefined time-out is any. */
export function sameSettings(wanted: IntegrationSettings, live: IntegrationSettings): boolean {
  const { TimeoutInMillis, RequestParameters = {}, ResponseParameters = {}, ...rest } = wanted;
  return (
    (TimeoutInMillis === undefined || TimeoutInMillis === live.TimeoutInMillis) &&
    sameJson(RequestParameters, live.RequestParameters ?? {}) &&
    sameJson(ResponseParameters, live.ResponseParameters ?? {}) &&
    Object.entries(rest).every(([name, value]) => live[name as keyof IntegrationSettings] === value)
  );
}

/** A declared route, as its siblings see it. */
interface Sibling {
  readonly key: string;
  readonly wantedIntegration: IntegrationSettings;
}

/** The integrations of one API in one run. Routes that want the same get the same. */
export class IntegrationPool {
  private readonly aws: Aws;
  private readonly api: { knownId(): Promise<string | undefined> };
  private readonly siblings = new Map<string, Sibling>();
  /** undefined: nobody has read them. */
  private integrations: Integration[] | undefined;
  /** Integration ids by route keys. */
  private readonly targets = new Map<string, string>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(aws: Aws, api: { knownId(): Promise<string | undefined> }) {
    this.aws = aws;
    this.api = api;
  }

  add(route: Sibling): void {
    this.siblings.set(route.key, route);
  }

  /** Makes or changes what the route needs, one route after the other. */
  wanted(functionName: string, route: Sibling): Promise<Integration> {
    const next = this.turn.then(() => this.find(functionName, route));
    this.turn = next.catch(() => {});
    return next;
  }

  private async find(functionName: string, { key, wantedIntegration }: Sibling): Promise<Integration> {
    const all = await this.known();
    const own = all.filter((one) => isMarkedFor(functionName, one));
    const same = own.find((one) => sameSettings(wantedIntegration, settingsIn(one)));
    const found = same ?? (await this.changed(own, key, wantedIntegration));
    const integration = found ?? (await this.create(functionName, wantedIntegration));
    this.targets.set(key, integration.IntegrationId as string);
    return integration;
  }

  private async known(): Promise<Integration[]> {
    if (this.integrations) return this.integrations;
    const { freshParts } = await apiCalls();
    const parts = await freshParts(this.aws, (await this.api.knownId()) as string);
    for (const route of parts?.routes ?? []) {
      const id = integrationIn(route);
      if (id !== undefined) this.targets.set(route.RouteKey as string, id);
    }
    this.integrations = [...(parts?.integrations ?? [])];
    return this.integrations;
  }

  /** Changes the integration of the route in place, when all of its routes want the same. */
  private async changed(
    own: readonly Integration[],
    key: string,
    wanted: IntegrationSettings,
  ): Promise<Integration | undefined> {
    const id = this.targets.get(key);
    const now = own.find(({ IntegrationId }) => IntegrationId === id);
    if (!now) return undefined;
    const users = [...this.targets].filter(([, target]) => target === id).map(([user]) => user);
    const agree = users.every((user) => {
      const sibling = this.siblings.get(user);
      return sibling !== undefined && sameSettings(sibling.wantedIntegration, asWanted(wanted, now));
    });
    if (!agree) return undefined;
    const { updateIntegration } = await partCalls();
    const ApiId = (await this.api.knownId()) as string;
    const answer = await updateIntegration(this.aws, {
      ...{ ApiId, IntegrationId: id, IntegrationType: 'AWS_PROXY' as const },
      ...wanted,
      CredentialsArn: wanted.CredentialsArn ?? (now.CredentialsArn ? '' : undefined),
      ...parameters(wanted, now),
    });
    const changed = { ...now, ...wanted, ...answer };
    this.integrations = this.integrations?.map((one) => (one === now ? changed : one));
    return changed;
  }

  private async create(functionName: string, wanted: IntegrationSettings): Promise<Integration> {
    const { createIntegration } = await partCalls();
    const ApiId = (await this.api.knownId()) as string;
    const made = await createIntegration(this.aws, {
      ...{ ApiId, IntegrationType: 'AWS_PROXY', IntegrationMethod: 'POST' },
      Description: integrationMark(functionName),
      ...wanted,
    });
    this.integrations?.push(made);
    return made;
  }

  /** Removes one that no route uses any more, if slsctl made it for the function. */
  async release(functionName: string, former: Integration | undefined): Promise<void> {
    if (!former?.IntegrationId || !isMarkedFor(functionName, former)) return;
    const { freshParts } = await apiCalls();
    const ApiId = await this.api.knownId();
    if (ApiId === undefined) return;
    const parts = await freshParts(this.aws, ApiId);
    const isUsed = parts?.routes.some((route) => integrationIn(route) === former.IntegrationId);
    if (isUsed || parts?.integrations.every(({ IntegrationId }) => IntegrationId !== former.IntegrationId)) {
      return;
    }
    const { deleteIntegration } = await partCalls();
    await deleteIntegration(this.aws, ApiId, former.IntegrationId);
    this.integrations = this.integrations?.filter(
      ({ IntegrationId }) => IntegrationId !== former.IntegrationId,
    );
  }
}

/** What the integration would be with these settings. */
function asWanted(wanted: IntegrationSettings, now: Integration): IntegrationSettings {
  return { ...wanted, TimeoutInMillis: wanted.TimeoutInMillis ?? now.TimeoutInMillis };
}

/** An empty text removes a parameter, an empty map the changes of a status code. */
function parameters(
  { RequestParameters, ResponseParameters }: IntegrationSettings,
  now: Integration,
): Pick<Integration, 'RequestParameters' | 'ResponseParameters'> {
  const codes = Object.keys(now.ResponseParameters ?? {}).map((status) => [status, {}] as const);
  const request = { ...emptied(now.RequestParameters), ...RequestParameters };
  const response = { ...Object.fromEntries(codes), ...ResponseParameters };
  return {
    RequestParameters: Object.keys(request).length > 0 ? request : undefined,
    ResponseParameters: Object.keys(response).length > 0 ? response : undefined,
  };
}

function emptied(parameters: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.keys(parameters).map((name) => [name, '']));
}
