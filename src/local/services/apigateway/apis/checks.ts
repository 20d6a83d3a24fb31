// The rules on the settings of a REST API.
import type { CreateRestApiRequest, EndpointConfiguration } from '@aws-sdk/client-api-gateway';
import { badRequest } from '../errors.ts';
import { Violations } from '../violations.ts';

const largestCompression = 10_485_760;

/** @throws ValidationException, BadRequestException */
export function checkApi(input: CreateRestApiRequest): void {
  const { description, minimumCompressionSize, endpointConfiguration } = input;
  new Violations()
    .oneOf(input.apiKeySource, 'createRestApiInput.apiKeySource', ['HEADER', 'AUTHORIZER'])
    .eachOneOf(endpointConfiguration?.types, 'createRestApiInput.endpointConfiguration.types', [
      'PRIVATE',
      'EDGE',
      'REGIONAL',
    ])
    .oneOf(endpointConfiguration?.ipAddressType, 'createRestApiInput.endpointConfiguration.ipAddressType', [
      'ipv4',
      'dualstack',
    ])
    .refuse();
  if (!input.name) throw badRequest('API name cannot be empty.');
  if (description === '') throw badRequest('Description cannot be an empty string');
  if (minimumCompressionSize !== undefined) checkCompression(minimumCompressionSize);
  if (endpointConfiguration?.types) checkEndpoint(endpointConfiguration);
}

/** @throws BadRequestException */
export function checkCompression(size: number): void {
  if (!(Number.isInteger(size) && size >= 0 && size <= largestCompression)) {
    throw badRequest(`Invalid minimum compression size, must be between 0 and ${largestCompression}`);
  }
}

/** @throws BadRequestException */
export function checkEndpoint({ types = [], ipAddressType }: EndpointConfiguration): void {
  if (types.length === 0) {
    throw badRequest('REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.');
  }
  if (types.length > 1) throw badRequest('Cannot create an api with multiple Endpoint Types.');
  if (types[0] === 'PRIVATE' && ipAddressType === 'ipv4') {
    throw badRequest('Only dualstack ipAddressType is supported for Private APIs.');
  }
}

/** The configuration with AWS's defaults. */
export function endpointOf({
  types,
  ipAddressType,
  ...rest
}: EndpointConfiguration = {}): EndpointConfiguration {
  const type = types?.[0] ?? 'EDGE';
  return {
    types: [type],
    ipAddressType: ipAddressType ?? (type === 'PRIVATE' ? 'dualstack' : 'ipv4'),
    ...rest,
  };
}
