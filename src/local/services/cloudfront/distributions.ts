// Distributions: the whole configuration is read with an ETag, and sent back with it.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html
import { randomInt } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-cloudfront';
import {
  type Distribution,
  DistributionAlreadyExists,
  type DistributionConfig,
  DistributionNotDisabled,
  type DistributionSummary,
  IllegalUpdate,
  InvalidIfMatchVersion,
  PreconditionFailed,
} from '@aws-sdk/client-cloudfront';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList } from '../tag-lists.ts';
import { checkAssociations } from './associations.ts';
import { withDefaults } from './defaults.ts';
import {
  accountPrefix,
  type CloudFrontState,
  type DistributionRecord,
  distributionArn,
  distributionKey,
  requireDistribution,
} from './state.ts';

const $metadata = {};

export const distributions: Handlers<typeof sdk, CloudFrontState> = {
  CreateDistribution({ DistributionConfig }, { state, call }) {
    return create(state, call, DistributionConfig);
  },

  CreateDistributionWithTags({ DistributionConfigWithTags: given }, { state, call }) {
    return create(state, call, given?.DistributionConfig, fromTagList(given?.Tags?.Items));
  },

  GetDistribution({ Id }, { state, call }) {
    const found = requireDistribution(state, call, Id);
    return { Distribution: described(call, found), ETag: found.etag };
  },

  GetDistributionConfig({ Id }, { state, call }) {
    const { config, etag } = requireDistribution(state, call, Id);
    return { DistributionConfig: config, ETag: etag };
  },

  UpdateDistribution({ Id, IfMatch, DistributionConfig }, { state, call }) {
    const found = requireDistribution(state, call, Id);
    checkMatch(found, IfMatch);
    const config = withDefaults(DistributionConfig as DistributionConfig);
    if (config.CallerReference !== found.config.CallerReference) {
      throw new IllegalUpdate({ message: 'The caller reference cannot be changed.', $metadata });
    }
    checkAssociations(config);
    const changed = { ...found, config, etag: randomId('E', 13), modified: state.host.now() };
    state.distributions.put(distributionKey(call, found.id), changed);
    return { Distribution: described(call, changed), ETag: changed.etag };
  },

  DeleteDistribution({ Id, IfMatch }, { state, call }) {
    const found = requireDistribution(state, call, Id);
    checkMatch(found, IfMatch);
    if (found.config.Enabled) {
      throw new DistributionNotDisabled({
        message: 'The distribution you are trying to delete has not been disabled.',
        $metadata,
      });
    }
    state.distributions.remove(distributionKey(call, found.id));
    return {};
  },

  ListDistributions({ Marker, MaxItems = 100 }, { state, call }) {
    const all = Array.from(state.distributions.entries(accountPrefix(call)), ([, found]) => found);
    const { items, next } = page(
      all,
      ({ id }) => id,
      Marker,
      Number(MaxItems),
      () => new PreconditionFailed({ message: 'The marker is not valid.', $metadata }),
    );
    return {
      DistributionList: {
        Marker: Marker ?? '',
        MaxItems: Number(MaxItems),
        IsTruncated: next !== undefined,
        NextMarker: next,
        Quantity: items.length,
        Items: items.length > 0 ? items.map((one) => summary(call, one)) : undefined,
      },
    };
  },
};

function create(
  state: CloudFrontState,
  call: Call,
  given: DistributionConfig | undefined,
  tags: Record<string, string> = {},
) {
  const config = withDefaults(given as DistributionConfig);
  checkAssociations(config);
  for (const [, other] of state.distributions.entries(accountPrefix(call))) {
    if (other.config.CallerReference !== config.CallerReference) continue;
    throw new DistributionAlreadyExists({
      message: `The caller reference that you are using to create a distribution is associated with another distribution. Already exists: ${other.id}`,
      $metadata,
    });
  }
  const made = {
    id: randomId('E', 13),
    etag: randomId('E', 13),
    modified: state.host.now(),
    config,
    tags,
  };
  state.distributions.put(distributionKey(call, made.id), made);
  const Location = `https://cloudfront.amazonaws.com/2020-05-31/distribution/${made.id}`;
  return { Distribution: described(call, made), ETag: made.etag, Location };
}

/** @throws InvalidIfMatchVersion, PreconditionFailed */
function checkMatch({ etag }: DistributionRecord, given: string | undefined): void {
  if (!given) {
    throw new InvalidIfMatchVersion({
      message: 'The If-Match version is missing or not valid for the resource.',
      $metadata,
    });
  }
  if (given === etag) return;
  throw new PreconditionFailed({
    message:
      "The request failed because it didn't meet the preconditions in one or more request-header fields.",
    $metadata,
  });
}

function described(call: Call, found: DistributionRecord): Distribution {
  return {
    Id: found.id,
    ARN: distributionArn(call, found.id),
    Status: 'Deployed',
    LastModifiedTime: new Date(found.modified),
    InProgressInvalidationBatches: 0,
    DomainName: domainName(found),
    ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
    DistributionConfig: found.config,
    AliasICPRecordals: [],
  };
}

function summary(call: Call, found: DistributionRecord): DistributionSummary {
  const { CallerReference: _, DefaultRootObject: __, Logging: ___, ...config } = found.config;
  return {
    Id: found.id,
    ARN: distributionArn(call, found.id),
    ETag: found.etag,
    Status: 'Deployed',
    LastModifiedTime: new Date(found.modified),
    DomainName: domainName(found),
    ...config,
  } as DistributionSummary;
}

const domainName = ({ id }: DistributionRecord): string => `d${id.slice(1).toLowerCase()}.cloudfront.net`;

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function randomId(start: string, length: number): string {
  const rest = Array.from({ length: length - start.length }, () => characters[randomInt(characters.length)]);
  return start + rest.join('');
}
