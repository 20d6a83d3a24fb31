// Tags of load balancers, listeners, rules and target groups.
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import { fromTagList, toTagList } from '../tag-lists.ts';
import { invalid, noListener, noLoadBalancer, noRule, noTargetGroup } from './errors.ts';
import { arnPrefix, type ElbState, type Kept } from './state.ts';

export const elbTags: Handlers<typeof sdk, ElbState> = {
  AddTags({ ResourceArns = [], Tags }, { state }) {
    for (const resource of ResourceArns.map((arn) => resourceAt(state, arn))) {
      resource.retag({ ...resource.tags, ...fromTagList(Tags) });
    }
    return {};
  },

  RemoveTags({ ResourceArns = [], TagKeys = [] }, { state }) {
    for (const resource of ResourceArns.map((arn) => resourceAt(state, arn))) {
      const kept = Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key));
      resource.retag(Object.fromEntries(kept));
    }
    return {};
  },

  DescribeTags({ ResourceArns = [] }, { state }) {
    return {
      TagDescriptions: ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: toTagList(resourceAt(state, ResourceArn).tags),
      })),
    };
  },
};

interface Family {
  /** The part of the ARN, and of the type in the Resource Groups Tagging API. */
  readonly name: string;
  readonly collection: Collection<Kept<unknown>>;
  missing(arn: string): Error;
}

const familiesOf = (state: ElbState): Family[] => [
  { name: 'loadbalancer', collection: state.loadBalancers as Family['collection'], missing: noLoadBalancer },
  { name: 'listener', collection: state.listeners as Family['collection'], missing: noListener },
  { name: 'listener-rule', collection: state.rules as Family['collection'], missing: noRule },
  { name: 'targetgroup', collection: state.targetGroups as Family['collection'], missing: noTargetGroup },
];

export const taggedElb = (state: ElbState): TaggedResources => ({
  *list(call) {
    for (const family of familiesOf(state)) {
      for (const [arn] of family.collection.entries(arnPrefix(call))) yield tagged(family, arn);
    }
  },
});

function tagged({ name, collection }: Family, arn: string): TaggedResource {
  const kept = collection.get(arn) as Kept<unknown>;
  return {
    arn,
    type: `elasticloadbalancing:${name}`,
    tags: kept.tags,
    retag: (tags) => collection.put(arn, { ...kept, tags }),
  };
}

/** @throws the error of the kind of resource that the ARN names */
function resourceAt(state: ElbState, arn: string): TaggedResource {
  const family = familiesOf(state).find(({ name }) => arn.split(':')[5]?.startsWith(`${name}/`));
  if (!family) throw invalid(`'${arn}' is not a valid load balancer, listener, rule or target group ARN`);
  if (!family.collection.get(arn)) throw family.missing(arn);
  return tagged(family, arn);
}
