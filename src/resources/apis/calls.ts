// HTTP APIs and their stages, by the operations of API Gateway V2. Loaded when an API is called.
import {
  type Authorizer,
  CreateApiCommand,
  type CreateApiRequest,
  CreateStageCommand,
  type CreateStageRequest,
  DeleteAccessLogSettingsCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  GetApiCommand,
  GetApisCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type Integration,
  type Stage,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  type UpdateApiRequest,
  UpdateStageCommand,
  type UpdateStageRequest,
} from '@aws-sdk/client-apigatewayv2';
import { partition } from '@aws-sdk/core/client';
import type { Aws } from '../../aws/aws.ts';
import { forRevisions, tryWhile } from '../../engine/patience.ts';
import { absent } from '../absent.ts';
import type { Tags } from '../owned/ownership.ts';
import { shared } from '../shared-request.ts';
import type { ApiRoute, LiveApi } from './live.ts';

/** The largest page that API Gateway answers. */
const MaxResults = '500';

interface Page<Item> {
  Items?: Item[];
  NextToken?: string;
}

async function pages<Item>(ask: (NextToken?: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    items.push(...(page.Items ?? []));
    token = page.NextToken;
  } while (token);
  return items;
}

/** API Gateway refuses a change while it makes another one of the same API. */
export function settled<T>(call: () => Promise<T>): Promise<T> {
  const isBusy = (error: unknown) => {
    const { name, message } = error as Error;
    return name === 'ConflictException' && /concurrent modification/i.test(message);
  };
  return tryWhile(call, isBusy, forRevisions);
}

/** All HTTP and WebSocket APIs of the region. Concurrent calls share the requests. */
export const listApis = shared(
  (_: undefined) => '',
  async (aws): Promise<LiveApi[]> => {
    const client = await aws.apiGateway();
    return pages((NextToken) => client.send(new GetApisCommand({ MaxResults, NextToken })));
  },
);

/** undefined: there is no such API. */
export const readApi = shared(
  (ApiId: string) => ApiId,
  async (aws, ApiId): Promise<LiveApi | undefined> => {
    const client = await aws.apiGateway();
    return absent(() => client.send(new GetApiCommand({ ApiId })));
  },
);

/** Everything in an API that its routes need. */
export interface ApiParts {
  readonly routes: readonly ApiRoute[];
  readonly integrations: readonly Integration[];
  readonly stages: readonly Stage[];
}

/** undefined: there is no such API. */
export async function freshParts(aws: Aws, ApiId: string): Promise<ApiParts | undefined> {
  const client = await aws.apiGateway();
  const of = { ApiId, MaxResults };
  return absent(async () => {
    const [routes, integrations, stages] = await Promise.all([
      pages((NextToken) => client.send(new GetRoutesCommand({ ...of, NextToken }))),
      pages((NextToken) => client.send(new GetIntegrationsCommand({ ...of, NextToken }))),
      pages((NextToken) => client.send(new GetStagesCommand({ ...of, NextToken }))),
    ]);
    return { routes, integrations, stages };
  });
}

/** The same; concurrent calls share the requests. */
export const readParts = shared((ApiId: string) => ApiId, freshParts);

/** The authorizers of an API; none when there is no such API. Concurrent calls share the requests. */
export const readAuthorizers = shared(
  (ApiId: string) => ApiId,
  async (aws, ApiId): Promise<Authorizer[]> => {
    const client = await aws.apiGateway();
    const of = { ApiId, MaxResults };
    const ask = (NextToken?: string) => client.send(new GetAuthorizersCommand({ ...of, NextToken }));
    return (await absent(() => pages(ask))) ?? [];
  },
);

export async function createApi(aws: Aws, request: CreateApiRequest): Promise<LiveApi> {
  return (await aws.apiGateway()).send(new CreateApiCommand(request));
}

export async function updateApi(aws: Aws, request: UpdateApiRequest): Promise<void> {
  const client = await aws.apiGateway();
  await settled(() => client.send(new UpdateApiCommand(request)));
}

export async function deleteCors(aws: Aws, ApiId: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteCorsConfigurationCommand({ ApiId }))));
}

export async function deleteApi(aws: Aws, ApiId: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteApiCommand({ ApiId }))));
}

/** ARN by which an API or a domain name is tagged: it names no account. */
export function tagArn({ region }: Pick<Aws, 'region'>, path: string): string {
  return `arn:${partition(region).name}:apigateway:${region}::/${path}`;
}

export async function tag(aws: Aws, ResourceArn: string, added: Tags, gone: string[]): Promise<void> {
  const client = await aws.apiGateway();
  await Promise.all([
    Object.keys(added).length > 0 &&
      settled(() => client.send(new TagResourceCommand({ ResourceArn, Tags: added }))),
    gone.length > 0 && settled(() => client.send(new UntagResourceCommand({ ResourceArn, TagKeys: gone }))),
  ]);
}

export async function createStage(aws: Aws, request: CreateStageRequest): Promise<void> {
  const client = await aws.apiGateway();
  await settled(() => client.send(new CreateStageCommand(request)));
}

export async function updateStage(aws: Aws, request: UpdateStageRequest): Promise<void> {
  const client = await aws.apiGateway();
  await settled(() => client.send(new UpdateStageCommand(request)));
}

export async function deleteAccessLog(aws: Aws, ApiId: string, StageName: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteAccessLogSettingsCommand({ ApiId, StageName }))));
}
