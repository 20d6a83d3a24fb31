// Configurations of buckets, stored as they were put: versioning, lifecycle, encryption, policy, notifications …
import type * as sdk from '@aws-sdk/client-s3';
import {
  type LifecycleRule,
  type NotificationConfiguration,
  ObjectOwnership,
  type OwnershipControls,
  type PublicAccessBlockConfiguration,
  type ServerSideEncryptionConfiguration,
  TransitionStorageClass,
} from '@aws-sdk/client-s3';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { invalidArgument, malformedXml, notImplemented } from './errors.ts';
import { checkedNotifications, destinationsIn, newId } from './notifications/configuration.ts';
import { tryOut } from './notifications/destinations.ts';
import { testEvent } from './notifications/events.ts';

import { type Asked, type BucketRecord, bucketOf, type S3State } from './state.ts';

/** The stored type of each kind of configuration. */
interface Settings {
  lifecycle: { Rules: LifecycleRule[] };
  access: PublicAccessBlockConfiguration;
  encryption: ServerSideEncryptionConfiguration;
  ownership: OwnershipControls;
  policy: string;
  notification: NotificationConfiguration;
}
type Kind = keyof Settings;
type Place = { call: Call; state: S3State };

/**
 * The configuration of a new bucket since April 2023; a kind that is absent here has none.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 */
const initial: Partial<Settings> = {
  access: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
  encryption: {
    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
  },
  ownership: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  notification: {},
};

/** Kinds that return to the initial configuration when they are deleted. */
const lasting: readonly Kind[] = ['encryption'];

const absent: Partial<Record<Kind, [code: string, message: string]>> = {
  lifecycle: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
  access: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
  ownership: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
  policy: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
};

export const settings: Handlers<typeof sdk, S3State> = {
  PutBucketLifecycleConfiguration(input, place) {
    const Rules = (input.LifecycleConfiguration?.Rules ?? []).map(named);
    checkLifecycle(Rules);
    put('lifecycle', { Rules }, input, place);
    const size = input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K';
    return { TransitionDefaultMinimumObjectSize: size };
  },
  GetBucketLifecycleConfiguration: (input, place) => get('lifecycle', input, place),
  DeleteBucketLifecycle: (input, place) => remove('lifecycle', input, place),

  PutPublicAccessBlock(input, place) {
    const { PublicAccessBlockConfiguration: given = {} } = input;
    const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = given;
    const block = {
      BlockPublicAcls: BlockPublicAcls ?? false,
      IgnorePublicAcls: IgnorePublicAcls ?? false,
      BlockPublicPolicy: BlockPublicPolicy ?? false,
      RestrictPublicBuckets: RestrictPublicBuckets ?? false,
    };
    return put('access', block, input, place);
  },
  GetPublicAccessBlock: (input, place) => ({
    PublicAccessBlockConfiguration: get('access', input, place),
  }),
  DeletePublicAccessBlock: (input, place) => remove('access', input, place),

  PutBucketEncryption(input, place) {
    const { Rules = [] } = input.ServerSideEncryptionConfiguration ?? {};
    const algorithms = ['AES256', 'aws:kms', 'aws:kms:dsse', undefined];
    const known = Rules.every((rule) =>
      algorithms.includes(rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm),
    );
    if (Rules.length !== 1 || !known) throw malformedXml();
    const filled = Rules.map((rule) => ({ ...rule, BucketKeyEnabled: rule.BucketKeyEnabled ?? false }));
    return put('encryption', { Rules: filled }, input, place);
  },
  GetBucketEncryption: (input, place) => ({
    ServerSideEncryptionConfiguration: get('encryption', input, place),
  }),
  DeleteBucketEncryption: (input, place) => remove('encryption', input, place),

  PutBucketOwnershipControls(input, place) {
    const { Rules = [] } = input.OwnershipControls ?? {};
    const [rule] = Rules;
    if (Rules.length !== 1 || !(String(rule?.ObjectOwnership) in ObjectOwnership)) throw malformedXml();
    return put('ownership', { Rules }, input, place);
  },
  GetBucketOwnershipControls: (input, place) => ({ OwnershipControls: get('ownership', input, place) }),
  DeleteBucketOwnershipControls: (input, place) => remove('ownership', input, place),

  PutBucketPolicy(input, place) {
    checkPolicy(input.Policy ?? '');
    return put('policy', input.Policy ?? '', input, place);
  },
  GetBucketPolicy: (input, place) => ({ Policy: get('policy', input, place) }),
  DeleteBucketPolicy: (input, place) => remove('policy', input, place),

  PutBucketNotificationConfiguration(input, place) {
    const { call, state } = place;
    const bucket = bucketOf(state, call, input);
    const configuration = checkedNotifications(input.NotificationConfiguration ?? {}, bucket.region);
    if (!input.SkipDestinationValidation) {
      tryOut(state, bucket, destinationsIn(configuration), testEvent(bucket, call));
    }
    return put('notification', configuration, input, place);
  },
  GetBucketNotificationConfiguration: (input, place) => get('notification', input, place),

  PutBucketVersioning(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const { Status, MFADelete } = input.VersioningConfiguration ?? {};
    if (MFADelete === 'Enabled') throw notImplemented('MFA delete');
    if (Status !== 'Enabled' && Status !== 'Suspended') {
      throw new ServiceError(
        'IllegalVersioningConfigurationException',
        'The Versioning element must be specified',
      );
    }
    state.buckets.put(bucket.name, { ...bucket, versioning: Status });
    return {};
  },
  GetBucketVersioning(input, { call, state }) {
    const { versioning } = bucketOf(state, call, input);
    return versioning === undefined ? {} : { Status: versioning };
  },
};

function put<K extends Kind>(kind: K, value: Settings[K], asked: Asked, { call, state }: Place) {
  const bucket = bucketOf(state, call, asked);
  state.buckets.put(bucket.name, { ...bucket, settings: { ...bucket.settings, [kind]: value } });
  return {};
}

function get<K extends Kind>(kind: K, asked: Asked, { call, state }: Place): Settings[K] {
  const bucket: BucketRecord = bucketOf(state, call, asked);
  const value = kind in bucket.settings ? bucket.settings[kind] : initial[kind];
  if (value !== undefined && value !== null) return value as Settings[K];
  const [code, message] = absent[kind] ?? [
    'NoSuchConfiguration',
    'The specified configuration does not exist.',
  ];
  throw new ServiceError(code, message, 404, { BucketName: bucket.name });
}

function remove(kind: Kind, asked: Asked, { call, state }: Place) {
  const bucket = bucketOf(state, call, asked);
  const { [kind]: _, ...others } = bucket.settings;
  const kept = lasting.includes(kind) || initial[kind] === undefined ? others : { ...others, [kind]: null };
  state.buckets.put(bucket.name, { ...bucket, settings: kept });
  return {};
}

function named(rule: LifecycleRule): LifecycleRule {
  return { ...rule, ID: rule.ID ?? newId() };
}

function checkLifecycle(rules: readonly LifecycleRule[]): void {
  if (rules.length === 0 || rules.length > 1000) throw malformedXml();
  const ids = new Set<string>();
  for (const rule of rules) {
    const { ID = '', Status, Expiration, AbortIncompleteMultipartUpload: abort } = rule;
    if (ids.has(ID))
      throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', ID);
    if (ID.length > 255) throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', ID);
    ids.add(ID);
    if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml();
    // Exactly one of the two must select the objects.
    if ((rule.Prefix === undefined) === (rule.Filter === undefined)) throw malformedXml();
    const actions = [
      Expiration,
      abort,
      rule.NoncurrentVersionExpiration,
      ...(rule.Transitions ?? []),
      ...(rule.NoncurrentVersionTransitions ?? []),
    ].filter((action) => action !== undefined);
    const classes = [...(rule.Transitions ?? []), ...(rule.NoncurrentVersionTransitions ?? [])];
    if (classes.some(({ StorageClass = '' }) => !(StorageClass in TransitionStorageClass)))
      throw malformedXml();
    if (actions.length === 0) {
      throw new ServiceError('InvalidRequest', 'At least one action needs to be specified in a rule');
    }
    checkDays("'Days' for Expiration action", Expiration?.Days);
    checkDays("'DaysAfterInitiation' for AbortIncompleteMultipartUpload action", abort?.DaysAfterInitiation);
  }
}

function checkDays(name: string, days: number | undefined): void {
  if (days === undefined || (Number.isInteger(days) && days > 0)) return;
  throw invalidArgument(`${name} must be a positive integer`, 'Days', String(days));
}

function checkPolicy(text: string): void {
  const malformed = (message: string) => new ServiceError('MalformedPolicy', message);
  if (!text.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  let document: { Statement?: unknown };
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (document.Statement === undefined) throw malformed('Missing required field Statement');
}
