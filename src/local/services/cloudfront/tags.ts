// Tags of distributions.
import type * as sdk from '@aws-sdk/client-cloudfront';
import { NoSuchResource } from '@aws-sdk/client-cloudfront';
import type { Call } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { fromTagList, toTagList } from '../tag-lists.ts';
import {
  accountPrefix,
  type CloudFrontState,
  type DistributionRecord,
  distributionArn,
  distributionKey,
} from './state.ts';

export const distributionTags: Handlers<typeof sdk, CloudFrontState> = {
  TagResource({ Resource, Tags }, { state, call }) {
    const found = resourceAt(state, call, Resource);
    found.retag({ ...found.tags, ...fromTagList(Tags?.Items) });
    return {};
  },

  UntagResource({ Resource, TagKeys }, { state, call }) {
    const found = resourceAt(state, call, Resource);
    const goes = TagKeys?.Items ?? [];
    found.retag(Object.fromEntries(Object.entries(found.tags).filter(([key]) => !goes.includes(key))));
    return {};
  },

  ListTagsForResource({ Resource }, { state, call }) {
    const { tags } = resourceAt(state, call, Resource);
    return { Tags: { Items: toTagList(tags) } };
  },
};

/** The resources of CloudFront are listed in the region of its API only. */
export const taggedDistributions = (state: CloudFrontState): TaggedResources => ({
  *list(call) {
    if (call.region === home) yield* allOf(state, call);
  },
  *unlisted(call) {
    if (call.region !== home) yield* allOf(state, call);
  },
});

const home = 'us-east-1';

function* allOf(state: CloudFrontState, call: Call): Generator<TaggedResource> {
  for (const [, found] of state.distributions.entries(accountPrefix(call))) yield tagged(state, call, found);
}

const tagged = (state: CloudFrontState, call: Call, found: DistributionRecord): TaggedResource => ({
  arn: distributionArn(call, found.id),
  type: 'cloudfront:distribution',
  tags: found.tags,
  retag: (tags) => state.distributions.put(distributionKey(call, found.id), { ...found, tags }),
});

/** @throws NoSuchResource */
function resourceAt(state: CloudFrontState, call: Call, arn = ''): TaggedResource {
  const prefix = distributionArn(call, '');
  const found =
    arn.startsWith(prefix) && state.distributions.get(distributionKey(call, arn.slice(prefix.length)));
  if (found) return tagged(state, call, found);
  throw new NoSuchResource({ message: 'The specified resource does not exist.', $metadata: {} });
}
