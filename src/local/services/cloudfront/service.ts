// The local CloudFront: distributions and what their behaviors call, as far as bindings of functions need them. It
// answers no viewers.
import * as sdk from '@aws-sdk/client-cloudfront';
import type { Service, ServiceHost } from '../../service.ts';
import { distributions } from './distributions.ts';
import { type CloudFrontState, createCloudFrontState } from './state.ts';
import { distributionTags, taggedDistributions } from './tags.ts';

export function createCloudFrontService(host: ServiceHost): Service<typeof sdk, CloudFrontState> {
  const state = createCloudFrontState(host);
  return {
    name: 'cloudfront',
    protocol: 'rest-xml',
    apiVersion: '2020-05-31',
    namespace: 'http://cloudfront.amazonaws.com/doc/2020-05-31/',
    sdk,
    handlers: { ...distributions, ...distributionTags },
    state,
    tagged: taggedDistributions(state),
  };
}
