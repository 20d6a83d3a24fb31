// The definition of a REST API: what its deployments publish.
import type { ApiRecord, Definition } from '../records.ts';

/** The part of an API that a deployment publishes. */
export function definitionOf(api: ApiRecord): Definition {
  const { binaryMediaTypes, minimumCompressionSize, apiKeySource, policy, endpointConfiguration } = api;
  const { resources, models, validators, authorizers, gatewayResponses } = api;
  return {
    binaryMediaTypes,
    minimumCompressionSize,
    apiKeySource,
    policy,
    endpointConfiguration,
    resources,
    models,
    validators,
    authorizers,
    gatewayResponses,
  };
}
