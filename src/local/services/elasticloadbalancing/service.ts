// The local Elastic Load Balancing (version 2): load balancers, listeners, their rules and target groups, as far as
// bindings of functions need them. It forwards no requests.
import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service, ServiceHost } from '../../service.ts';
import { attributes } from './attributes.ts';
import { listeners } from './listeners.ts';
import { loadBalancers } from './load-balancers.ts';
import { rules } from './rules.ts';
import { createElbState, type ElbState } from './state.ts';
import { elbTags, taggedElb } from './tags.ts';
import { targetGroups } from './target-groups.ts';
import { targets } from './targets.ts';

export function createElasticLoadBalancingService(host: ServiceHost): Service<typeof sdk, ElbState> {
  const state = createElbState(host);
  return {
    name: 'elasticloadbalancing',
    protocol: 'query',
    apiVersion: '2015-12-01',
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    sdk,
    handlers: {
      ...loadBalancers,
      ...listeners,
      ...rules,
      ...targetGroups,
      ...targets,
      ...attributes,
      ...elbTags,
    },
    state,
    tagged: taggedElb(state),
  };
}
