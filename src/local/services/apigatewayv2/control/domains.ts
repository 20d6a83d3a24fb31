// Custom domain names, and which of their paths lead to which stage.
import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { ApiMapping, DomainName, DomainNameConfiguration } from '@aws-sdk/client-apigatewayv2';
import { type Call, type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { bad, conflict, notFound } from '../errors.ts';
import {
  all,
  apiKey,
  arnOf,
  type DomainRecord,
  type HttpApisState,
  type MappingRecord,
  newId,
  partKey,
  requirePart,
  touch,
} from '../state.ts';
import { checkTags, paged } from './checks.ts';

export const domains: Handlers<typeof sdk, HttpApisState> = {
  CreateDomainName({ DomainName: name = '', Tags = {}, ...input }, { state, call }) {
    if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) {
      throw bad(`Invalid domain name specified: ${name}`);
    }
    if (state.domains.get(apiKey(call, name))) throw conflict('The domain name you provided already exists.');
    checkTags(Tags);
    const record: DomainRecord = {
      name,
      configurations: configurationsOf(call, name, input.DomainNameConfigurations),
      routingMode: input.RoutingMode ?? 'API_MAPPING_ONLY',
      tags: Tags,
      ...(input.MutualTlsAuthentication ? { mutualTls: input.MutualTlsAuthentication } : {}),
    };
    state.domains.put(apiKey(call, name), record);
    return described(call, record);
  },

  GetDomainName({ DomainName: name }, { state, call }) {
    return described(call, requireDomain(state, call, name));
  },

  GetDomainNames(input, { state, call }) {
    const found = Array.from(state.domains.entries(scopePrefix(call)), ([, record]) => record);
    const { Items, NextToken } = paged(found, ({ name }) => name, input);
    return { Items: Items.map((record) => described(call, record)), NextToken };
  },

  UpdateDomainName({ DomainName: name, ...input }, { state, call }) {
    const before = requireDomain(state, call, name);
    const { DomainNameConfigurations: given, RoutingMode, MutualTlsAuthentication } = input;
    const record: DomainRecord = {
      ...before,
      ...(given ? { configurations: configurationsOf(call, before.name, given) } : {}),
      ...(RoutingMode ? { routingMode: RoutingMode } : {}),
      ...(MutualTlsAuthentication ? { mutualTls: MutualTlsAuthentication } : {}),
    };
    state.domains.put(apiKey(call, record.name), record);
    return described(call, record);
  },

  DeleteDomainName({ DomainName: name }, { state, call }) {
    const record = requireDomain(state, call, name);
    for (const mapping of all(state.mappings, call, record.name)) {
      state.mappings.remove(partKey(call, record.name, mapping.id));
    }
    state.domains.remove(apiKey(call, record.name));
    return {};
  },

  CreateApiMapping({ DomainName: name, ApiId = '', Stage = '', ApiMappingKey = '' }, { state, call }) {
    const domain = requireDomain(state, call, name).name;
    const mapping: MappingRecord = { id: newId(6), domain, api: ApiId, stage: Stage, key: ApiMappingKey };
    putMapping(state, call, mapping);
    return describedMapping(mapping);
  },

  GetApiMapping({ DomainName: name, ApiMappingId }, { state, call }) {
    return describedMapping(requireMapping(state, call, name, ApiMappingId));
  },

  GetApiMappings({ DomainName: name, ...input }, { state, call }) {
    const domain = requireDomain(state, call, name).name;
    const { Items, NextToken } = paged(all(state.mappings, call, domain), ({ id }) => id, input);
    return { Items: Items.map(describedMapping), NextToken };
  },

  UpdateApiMapping({ DomainName: name, ApiMappingId, ApiId, Stage, ApiMappingKey }, { state, call }) {
    const before = requireMapping(state, call, name, ApiMappingId);
    const mapping: MappingRecord = {
      ...before,
      api: ApiId ?? before.api,
      stage: Stage ?? before.stage,
      key: ApiMappingKey ?? before.key,
    };
    putMapping(state, call, mapping);
    return describedMapping(mapping);
  },

  DeleteApiMapping({ DomainName: name, ApiMappingId }, { state, call }) {
    const { id, domain, api } = requireMapping(state, call, name, ApiMappingId);
    state.mappings.remove(partKey(call, domain, id));
    touch(state, call, api);
    return {};
  },
};

function requireDomain(state: HttpApisState, scope: Scope, name = ''): DomainRecord {
  const found = state.domains.get(apiKey(scope, name));
  if (!found) throw notFound('Invalid domain name identifier specified');
  return found;
}

function requireMapping(
  state: HttpApisState,
  scope: Scope,
  name: string | undefined,
  id = '',
): MappingRecord {
  const found = state.mappings.get(partKey(scope, requireDomain(state, scope, name).name, id));
  if (!found) throw notFound('Invalid API mapping identifier specified');
  return found;
}

function putMapping(state: HttpApisState, call: Call, mapping: MappingRecord): void {
  const { id, domain, api, stage, key } = mapping;
  requirePart(state, state.stages, call, api, stage, 'stage');
  if (!/^([\w.$!*'()+,-]+(\/[\w.$!*'()+,-]+)*)?$/.test(key)) throw bad('API mapping key is not valid');
  const same = all(state.mappings, call, domain).find((one) => one.key === key && one.id !== id);
  if (same) throw conflict('ApiMapping key already exists for this domain name');
  state.mappings.put(partKey(call, domain, id), mapping);
  touch(state, call, api);
}

/** With the members that AWS adds, like the name that the DNS record of the domain points to. */
function configurationsOf(
  { region }: Scope,
  name: string,
  given: readonly DomainNameConfiguration[] = [],
): DomainNameConfiguration[] {
  const [first] = given;
  if (!first || given.length > 1) throw bad('Exactly one domain name configuration must be specified');
  const arn = first.CertificateArn ?? '';
  const [, , service, home] = arn.split(':');
  if (service !== 'acm') throw bad(`Invalid certificate ARN: ${arn}. Certificate must be in '${region}'.`);
  if (home !== region) throw bad(`Invalid certificate ARN: ${arn}. Certificate must be in '${region}'.`);
  const id = createHash('sha256').update(`${region}/${name}`).digest('hex').slice(0, 10);
  return [
    {
      ApiGatewayDomainName: `d-${id}.execute-api.${region}.amazonaws.com`,
      DomainNameStatus: 'AVAILABLE',
      EndpointType: 'REGIONAL',
      HostedZoneId: 'Z1UJRXOUMOOFQ8',
      SecurityPolicy: 'TLS_1_2',
      ...first,
    },
  ];
}

function described(scope: Scope, record: DomainRecord): DomainName {
  return {
    ApiMappingSelectionExpression: '$request.basepath',
    DomainName: record.name,
    DomainNameArn: arnOf(scope, `/domainnames/${record.name}`),
    DomainNameConfigurations: [...record.configurations],
    MutualTlsAuthentication: record.mutualTls,
    RoutingMode: record.routingMode,
    Tags: { ...record.tags },
  };
}

const describedMapping = ({ id, api, stage, key }: MappingRecord): ApiMapping => ({
  ApiId: api,
  ApiMappingId: id,
  ApiMappingKey: key,
  Stage: stage,
});
