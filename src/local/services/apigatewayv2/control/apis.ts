// HTTP APIs: creation, quick creation, settings.
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { Api, Cors } from '@aws-sdk/client-apigatewayv2';
import { type Scope, scopePrefix } from '../../../call.ts';
import { siteUrl } from '../../../http/site-address.ts';
import type { Handlers, InputOf } from '../../../service.ts';
import { bad, unsupported } from '../errors.ts';
import { type ApiRecord, apiKey, type HttpApisState, newId, partsOf, requireApi, touch } from '../state.ts';
import { checkEnum, checkLength, checkTags, paged, replaced } from './checks.ts';
import { changed } from './deployments.ts';
import { quickCreate, quickUpdate } from './quick-create.ts';

const defaults = {
  keySelection: '$request.header.x-api-key',
  routeSelection: '$request.method $request.path',
};

export const apis: Handlers<typeof sdk, HttpApisState> = {
  CreateApi(input, { state, call }) {
    checkEnum(input.ProtocolType, 'protocol', ['HTTP', 'WEBSOCKET']);
    if (input.ProtocolType === 'WEBSOCKET') throw unsupported('WebSocket APIs');
    const { Tags = {} } = input;
    if (input.Name === '') throw bad('Invalid API name specified');
    checkTags(Tags);
    const record: ApiRecord = {
      ...settingsOf(input, { ...defaults, disabled: false, name: input.Name ?? '' }),
      id: newId(10),
      created: state.host.now(),
      tags: Tags,
    };
    state.apis.put(apiKey(call, record.id), record);
    state.owners.put(`${call.region}/${record.id}`, call.account);
    if (input.Target !== undefined) quickCreate(state, call, record.id, input.Target, input);
    touch(state, call, record.id);
    return described(state, call, record);
  },

  GetApi({ ApiId }, { state, call }) {
    return described(state, call, requireApi(state, call, ApiId));
  },

  GetApis(input, { state, call }) {
    const found = Array.from(state.apis.entries(scopePrefix(call)), ([, record]) => record);
    const { Items, NextToken } = paged(found, ({ id }) => id, input);
    return { Items: Items.map((record) => described(state, call, record)), NextToken };
  },

  UpdateApi(input, { state, call }) {
    const before = requireApi(state, call, input.ApiId);
    if (input.Name === '') throw bad('Invalid API name specified');
    const { id, created, tags } = before;
    const record: ApiRecord = { ...settingsOf(input, before), id, created, tags };
    if (input.Target !== undefined || input.RouteKey !== undefined) {
      quickUpdate(state, call, record.id, input);
    }
    state.apis.put(apiKey(call, record.id), record);
    changed(state, call, record.id);
    return described(state, call, record);
  },

  DeleteApi({ ApiId }, { state, call }) {
    const { id } = requireApi(state, call, ApiId);
    const prefix = partsOf(call, id);
    const { integrations, routes, authorizers, stages, deployments, mappings } = state;
    for (const parts of [integrations, routes, authorizers, stages, deployments]) {
      for (const [key] of [...parts.entries(prefix)]) parts.remove(key);
    }
    for (const [key, mapping] of [...mappings.entries(scopePrefix(call))]) {
      if (mapping.api === id) mappings.remove(key);
    }
    state.apis.remove(apiKey(call, id));
    state.owners.remove(`${call.region}/${id}`);
    touch(state, call, id);
    return {};
  },

  DeleteCorsConfiguration({ ApiId }, { state, call }) {
    const { cors: _, ...record } = requireApi(state, call, ApiId);
    state.apis.put(apiKey(call, record.id), record);
    changed(state, call, record.id);
    return {};
  },
};

type Settings = Omit<ApiRecord, 'id' | 'created' | 'tags'>;

function settingsOf(
  input: InputOf<typeof sdk, 'CreateApi'> | InputOf<typeof sdk, 'UpdateApi'>,
  before: Settings,
): Settings {
  checkLength(input.Name, 'Name', 128);
  checkLength(input.Description, 'Description', 1024);
  checkLength(input.Version, 'Version', 64);
  checkEnum(input.IpAddressType, 'IP address type', ['ipv4', 'dualstack']);
  const { RouteSelectionExpression: selection } = input;
  if (
    selection !== undefined &&
    !/^\$(\{request\.method\} \$\{|request\.method \$)request\.path\}?$/.test(selection)
  ) {
    throw bad(`Route selection expression is currently limited to "\${request.method} \${request.path}"`);
  }
  const cors = input.CorsConfiguration ? checkedCors(input.CorsConfiguration) : before.cors;
  const description = replaced(input.Description, before.description);
  const version = replaced(input.Version, before.version);
  const ipAddressType = input.IpAddressType ?? before.ipAddressType;
  return {
    name: input.Name ?? before.name,
    disabled: input.DisableExecuteApiEndpoint ?? before.disabled,
    keySelection: input.ApiKeySelectionExpression ?? before.keySelection,
    routeSelection: selection ?? before.routeSelection,
    ...(cors ? { cors } : {}),
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    ...(ipAddressType === undefined ? {} : { ipAddressType }),
  };
}

/** @throws BadRequestException as API Gateway does. Empty lists count as absent. */
function checkedCors(cors: Cors): Cors {
  const { AllowOrigins = [], AllowCredentials, MaxAge } = cors;
  for (const origin of AllowOrigins) {
    if (origin !== '*' && !/^https?:\/\/[^/\s]+$/i.test(origin)) {
      throw bad(`Invalid format for origin ${origin}`);
    }
  }
  if (AllowCredentials && AllowOrigins.includes('*')) {
    throw bad("allow-credentials is not supported if 'allow-origin' is *");
  }
  if (MaxAge !== undefined && (MaxAge < -1 || MaxAge > 86_400)) {
    throw bad('MaxAge must be between -1 and 86400');
  }
  return Object.fromEntries(
    Object.entries(cors).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
}

function described(state: HttpApisState, { region }: Scope, record: ApiRecord): Api {
  return {
    ApiEndpoint: siteUrl({ kind: 'execute-api', id: record.id, region }, state.host.endpoint()),
    ApiId: record.id,
    ApiKeySelectionExpression: record.keySelection,
    CorsConfiguration: record.cors,
    CreatedDate: new Date(record.created),
    Description: record.description,
    DisableExecuteApiEndpoint: record.disabled,
    IpAddressType: record.ipAddressType,
    Name: record.name,
    ProtocolType: 'HTTP',
    RouteSelectionExpression: record.routeSelection,
    Tags: { ...record.tags },
    Version: record.version,
  };
}
