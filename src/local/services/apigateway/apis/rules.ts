// What UpdateRestApi may change.
import type { EndpointConfiguration, EndpointType } from '@aws-sdk/client-api-gateway';
import { badPath, badRequest, onlyReplace } from '../errors.ts';
import { flag, item, type Rule, type Rules, text } from '../patches/patches.ts';
import type { ApiRecord } from '../records.ts';
import { checkCompression, checkEndpoint } from './checks.ts';

const name: Rule<ApiRecord> = {
  ops: ['replace'],
  apply(api, { value = '' }) {
    if (value === '') throw badRequest('API name cannot be empty.');
    return { ...api, name: value };
  },
};

const apiKeySource: Rule<ApiRecord> = {
  ops: ['replace'],
  apply(api, { value }) {
    if (value !== 'HEADER' && value !== 'AUTHORIZER') {
      throw badRequest('Invalid API key source specified. Valid options are HEADER,AUTHORIZER');
    }
    return { ...api, apiKeySource: value };
  },
};

/** Without a value, or with an empty one, answers are not compressed. */
const compression: Rule<ApiRecord> = {
  ops: ['replace'],
  apply(api, { value = '' }) {
    if (value === '') return { ...api, minimumCompressionSize: undefined };
    const size = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    checkCompression(size);
    return { ...api, minimumCompressionSize: size };
  },
};

const endpointTypes: readonly string[] = ['REGIONAL', 'EDGE', 'PRIVATE'];

const endpointType: Rule<ApiRecord> = {
  ops: ['replace'],
  refuse: () => badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'"),
  apply(api, { value = '' }) {
    if (!endpointTypes.includes(value)) {
      throw badRequest(`Invalid EndpointTypes specified. Valid options are ${endpointTypes.join(',')}`);
    }
    const types = [value as EndpointType];
    const address = value === 'PRIVATE' ? { ipAddressType: 'dualstack' as const } : {};
    return { ...api, endpointConfiguration: { ...api.endpointConfiguration, types, ...address } };
  },
};

const ipAddressType: Rule<ApiRecord> = {
  ops: ['replace'],
  refuse: onlyReplace,
  apply(api, { value }) {
    if (value !== 'ipv4' && value !== 'dualstack') {
      throw badRequest('ipAddressType must be either ipv4 or dualstack.');
    }
    const endpointConfiguration: EndpointConfiguration = {
      ...api.endpointConfiguration,
      ipAddressType: value,
    };
    checkEndpoint(endpointConfiguration);
    return { ...api, endpointConfiguration };
  },
};

const vpcEndpoints: Rule<ApiRecord> = {
  ops: ['add', 'remove'],
  refuse: ({ path }) => badPath(path),
  apply: (api, patch) => ({
    ...api,
    endpointConfiguration: item<ApiRecord['endpointConfiguration']>('vpcEndpointIds', 'value').apply(
      api.endpointConfiguration,
      patch,
    ),
  }),
};

export const apiRules: Rules<ApiRecord> = {
  '/name': name,
  '/description': text('description', ['replace', 'remove']),
  '/version': text('version', ['replace', 'remove']),
  '/policy': text('policy', ['replace', 'remove']),
  '/apiKeySource': apiKeySource,
  '/minimumCompressionSize': compression,
  '/disableExecuteApiEndpoint': flag('disableExecuteApiEndpoint'),
  '/securityPolicy': text('securityPolicy'),
  '/endpointAccessMode': text('endpointAccessMode'),
  '/binaryMediaTypes/*': item('binaryMediaTypes', 'path'),
  '/endpointConfiguration/types/*': endpointType,
  '/endpointConfiguration/ipAddressType': ipAddressType,
  '/endpointConfiguration/vpcEndpointIds': vpcEndpoints,
};
