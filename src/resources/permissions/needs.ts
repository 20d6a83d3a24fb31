// What slsctl may call on AWS for a project: one table of IAM actions, by the feature that needs them.
import type { FunctionConfig } from '../../config/project.ts';

/** read: plan, status and list. code-only: `deploy --code-only`. deploy and destroy: these commands. */
export const purposes = ['read', 'code-only', 'deploy', 'destroy'] as const;
export type Purpose = (typeof purposes)[number];

/** Actions of one service that are needed together. */
export interface Need<Of> {
  readonly service: string;
  readonly actions: readonly string[];
  /** Empty: only by other commands, such as invoke, logs, rollback and env. */
  readonly for: readonly Purpose[];
  /** Default: always. */
  readonly when?: (of: Of) => boolean;
  /** Why an action is in the table that slsctl itself does not call, or only in a race. */
  readonly why?: string;
}

export function need<Of = unknown>(
  service: string,
  purposes: readonly Purpose[],
  actions: readonly string[],
  more: Pick<Need<Of>, 'when' | 'why'> = {},
): Need<Of> {
  return { service, actions, for: purposes, ...more };
}

const always: readonly Purpose[] = purposes;
const reading: readonly Purpose[] = ['read', 'deploy'];
const listing: readonly Purpose[] = ['read', 'deploy', 'destroy'];
const readingAndCode: readonly Purpose[] = ['read', 'code-only', 'deploy'];
const changing: readonly Purpose[] = ['deploy'];
const changingCode: readonly Purpose[] = ['code-only', 'deploy'];
/** A deployment removes what slsctl.yml no longer declares. */
const removing: readonly Purpose[] = ['deploy', 'destroy'];
const using: readonly Purpose[] = [];

/** The field is in slsctl.yml; with null it is removed. */
const has = (field: keyof NonNullable<FunctionConfig['attachments']>) => (config: FunctionConfig) =>
  config.attachments?.[field] !== undefined;
const hasStatements = (config: FunctionConfig) =>
  has('url')(config) || has('permissions')(config) || has('triggers')(config);

/** On a function, its versions and its aliases. */
export const functionNeeds: readonly Need<FunctionConfig>[] = [
  need('lambda', always, ['GetFunction']),
  need('lambda', always, ['ListAliases']),
  need('lambda', changingCode, ['UpdateFunctionCode']),
  need('lambda', changing, ['CreateFunction', 'UpdateFunctionConfiguration', 'TagResource', 'UntagResource']),
  need('lambda', removing, ['DeleteFunction']),
  // The receipt names what still calls the function.
  need('lambda', ['destroy'], ['GetPolicy']),
  need('lambda', using, ['InvokeFunction', 'ListVersionsByFunction']),
  need('lambda', using, ['PublishVersion', 'GetFunctionConfiguration', 'GetAlias']),
  need('lambda', using, ['CreateAlias', 'UpdateAlias', 'DeleteAlias']),
  need('lambda', readingAndCode, ['GetFunctionConfiguration', 'GetProvisionedConcurrencyConfig'], {
    when: has('aliases'),
  }),
  need('lambda', reading, ['GetPolicy', 'GetFunctionUrlConfig', 'GetFunctionEventInvokeConfig'], {
    when: has('aliases'),
  }),
  need('lambda', changingCode, ['UpdateAlias', 'PublishVersion'], { when: has('aliases') }),
  need('lambda', changingCode, ['GetAlias'], {
    when: has('aliases'),
    why: 'slsctl reads an alias again when another run has moved it meanwhile',
  }),
  need(
    'lambda',
    changing,
    ['CreateAlias', 'DeleteAlias', 'PutProvisionedConcurrencyConfig', 'DeleteProvisionedConcurrencyConfig'],
    { when: has('aliases') },
  ),
  need('lambda', reading, ['GetFunctionUrlConfig'], { when: has('url') }),
  need(
    'lambda',
    changing,
    ['CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig', 'DeleteFunctionUrlConfig'],
    { when: has('url') },
  ),
  need('lambda', reading, ['GetPolicy'], { when: hasStatements }),
  need('lambda', changing, ['AddPermission', 'RemovePermission'], { when: hasStatements }),
  need('lambda', reading, ['GetFunctionConcurrency'], { when: has('reservedConcurrentExecutions') }),
  need('lambda', changing, ['PutFunctionConcurrency', 'DeleteFunctionConcurrency'], {
    when: has('reservedConcurrentExecutions'),
  }),
  need('lambda', using, [
    'GetFunctionConcurrency',
    'PutFunctionConcurrency',
    'DeleteFunctionConcurrency',
    'GetProvisionedConcurrencyConfig',
    'PutProvisionedConcurrencyConfig',
    'DeleteProvisionedConcurrencyConfig',
  ]),
  need('lambda', reading, ['GetFunctionEventInvokeConfig'], { when: has('eventInvokeConfig') }),
  need('lambda', changing, ['PutFunctionEventInvokeConfig', 'DeleteFunctionEventInvokeConfig'], {
    when: has('eventInvokeConfig'),
  }),
  need('lambda', reading, ['GetFunctionRecursionConfig'], { when: has('recursiveLoop') }),
  need('lambda', changing, ['PutFunctionRecursionConfig'], { when: has('recursiveLoop') }),
  need('lambda', reading, ['GetFunctionCodeSigningConfig'], { when: has('codeSigningConfigArn') }),
  need('lambda', changing, ['PutFunctionCodeSigningConfig', 'DeleteFunctionCodeSigningConfig'], {
    when: has('codeSigningConfigArn'),
  }),
  need('lambda', reading, ['GetRuntimeManagementConfig'], { when: has('runtimeManagementConfig') }),
  need('lambda', changing, ['PutRuntimeManagementConfig'], { when: has('runtimeManagementConfig') }),
];

/** On a layer of the project and its versions. */
export const layerNeeds: readonly Need<unknown>[] = [
  need('lambda', listing, ['ListLayerVersions']),
  need('lambda', changing, ['PublishLayerVersion', 'GetLayerVersion']),
  need('lambda', removing, ['DeleteLayerVersion']),
];

/** On the execution role that slsctl creates. */
export const ownRoleNeeds: readonly Need<FunctionConfig>[] = [
  need('iam', listing, ['GetRole', 'GetRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies']),
  need('iam', changing, [
    'CreateRole',
    'TagRole',
    'UntagRole',
    'UpdateAssumeRolePolicy',
    'AttachRolePolicy',
    'PutRolePolicy',
  ]),
  need('iam', removing, ['DetachRolePolicy', 'DeleteRolePolicy', 'DeleteRole']),
  need('iam', changing, ['PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'], {
    when: ({ permissionsBoundary, removals }) =>
      permissionsBoundary !== undefined || removals?.permissionsBoundary === true,
  }),
];

/** On a role that slsctl.yml names. */
export const givenRoleNeeds: readonly Need<unknown>[] = [need('iam', changing, ['GetRole'])];

/** On each role, for the service Lambda only. */
export const passRoleNeeds: readonly Need<unknown>[] = [
  need('iam', changing, ['PassRole'], { why: 'AWS checks it when a function gets its role' }),
];

export const logGroupNeeds: readonly Need<unknown>[] = [
  need('logs', listing, ['ListTagsLogGroup']),
  need('logs', changing, [
    'CreateLogGroup',
    'PutRetentionPolicy',
    'DeleteRetentionPolicy',
    'TagResource',
    'UntagResource',
  ]),
  need('logs', removing, ['DeleteLogGroup']),
  need('logs', using, ['FilterLogEvents']),
];

/** On the buckets that call functions of the project. */
export const bucketTriggerNeeds: readonly Need<unknown>[] = [
  need('s3', listing, ['GetBucketNotification']),
  need('s3', removing, ['PutBucketNotification']),
];

/** On the topics that call functions of the project. */
export const topicTriggerNeeds: readonly Need<unknown>[] = [
  need('sns', listing, ['ListSubscriptionsByTopic']),
  need('sns', changing, ['Subscribe']),
];

/** The same, where AWS knows no resources. */
export const subscriptionNeeds: readonly Need<unknown>[] = [
  need('sns', listing, ['GetSubscriptionAttributes']),
  need('sns', changing, ['SetSubscriptionAttributes']),
  need('sns', removing, ['Unsubscribe']),
];

/** On the group of a function's schedules, and on the schedules in it. */
export const scheduleNeeds: readonly Need<unknown>[] = [
  need('scheduler', listing, ['GetScheduleGroup', 'ListTagsForResource', 'GetSchedule']),
  need('scheduler', changing, ['CreateScheduleGroup', 'TagResource']),
  need('scheduler', changing, ['UntagResource'], { why: 'a project may take a group over from a stage' }),
  need('scheduler', changing, ['CreateSchedule', 'UpdateSchedule']),
  need('scheduler', removing, ['DeleteSchedule', 'DeleteScheduleGroup']),
];

/** The same, where AWS knows no resources. */
export const scheduleListNeeds: readonly Need<unknown>[] = [need('scheduler', reading, ['ListSchedules'])];

/** On the rules of EventBridge that slsctl makes. */
export const ruleNeeds: readonly Need<unknown>[] = [
  need('events', listing, ['DescribeRule', 'ListTargetsByRule', 'ListTagsForResource']),
  need('events', changing, ['PutRule', 'PutTargets', 'TagResource']),
  need('events', removing, ['RemoveTargets', 'DeleteRule']),
];

/** The same, where AWS knows no resources. */
export const patternNeeds: readonly Need<unknown>[] = [need('events', listing, ['TestEventPattern'])];

/** On the log groups that call functions of the project. */
export const logTriggerNeeds: readonly Need<unknown>[] = [
  need('logs', listing, ['DescribeSubscriptionFilters']),
  need('logs', changing, ['PutSubscriptionFilter']),
  need('logs', removing, ['DeleteSubscriptionFilter']),
];

/** On the user pools that call functions of the project. */
export const poolTriggerNeeds: readonly Need<unknown>[] = [
  need('cognito-idp', listing, ['DescribeUserPool']),
  need('cognito-idp', removing, ['UpdateUserPool']),
];

/** On the rules of IoT that slsctl makes. */
export const topicRuleNeeds: readonly Need<unknown>[] = [
  need('iot', listing, ['GetTopicRule', 'ListTagsForResource']),
  need('iot', changing, ['CreateTopicRule', 'TagResource']),
  need('iot', removing, ['ReplaceTopicRule', 'DeleteTopicRule']),
];

/** AWS knows no resources for the actions of receipt rules. */
export const receiptRuleNeeds: readonly Need<unknown>[] = [
  need('ses', listing, ['DescribeReceiptRuleSet', 'DescribeActiveReceiptRuleSet']),
  need('ses', changing, ['CreateReceiptRule']),
  need('ses', removing, ['UpdateReceiptRule', 'DeleteReceiptRule']),
];

/** On the target groups that slsctl makes, and on the rules of the listeners that forward to them. */
export const targetGroupNeeds: readonly Need<unknown>[] = [
  need('elasticloadbalancing', changing, [
    'CreateTargetGroup',
    'ModifyTargetGroup',
    'ModifyTargetGroupAttributes',
    'RegisterTargets',
    'AddTags',
    'CreateRule',
    'ModifyRule',
    'SetRulePriorities',
  ]),
  need('elasticloadbalancing', removing, ['DeregisterTargets', 'DeleteTargetGroup', 'DeleteRule']),
];

/** AWS knows no resources for what describes load balancers. */
export const loadBalancerNeeds: readonly Need<unknown>[] = [
  need('elasticloadbalancing', listing, [
    'DescribeTargetGroups',
    'DescribeTags',
    'DescribeTargetGroupAttributes',
    'DescribeTargetHealth',
    'DescribeRules',
    'DescribeListeners',
  ]),
];

/** On the distributions that run functions of the project. */
export const distributionNeeds: readonly Need<unknown>[] = [
  need('cloudfront', listing, ['GetDistributionConfig']),
  need('cloudfront', removing, ['UpdateDistribution']),
];

/** CloudFront asks for them when a distribution gets a function. */
export const replicationNeeds: readonly Need<unknown>[] = [
  need('lambda', changing, ['GetFunction', 'EnableReplication*'], {
    why: 'CloudFront checks them when a distribution gets a function',
  }),
];

/** The same, where AWS knows no resources. */
export const distributionListNeeds: readonly Need<unknown>[] = [
  need('cloudfront', listing, ['ListDistributions']),
];

/** What decides on the actions that have no resources. */
export interface ProjectFeatures {
  readonly aliases: boolean;
  readonly reserved: boolean;
  /** Triggers that are event source mappings. */
  readonly mappings: boolean;
  /** Triggers that name a dead-letter queue. */
  readonly deadLetters: boolean;
  /** The kinds of the declared triggers. */
  readonly kinds: readonly string[];
}

const sources = 'asked only of what may call the function: buckets, event buses, log groups';

export const listNeeds: readonly Need<ProjectFeatures>[] = [
  // AWS allows it without a policy; other endpoints may not.
  need('sts', always, ['GetCallerIdentity']),
  need('tag', listing, ['GetResources']),
  need('lambda', listing, ['ListLayers']),
  need('iam', listing, ['ListRoles']),
  need('logs', listing, ['DescribeLogGroups']),
  // A role or layer that others use is not removed.
  need('lambda', removing, ['ListFunctions']),
  need('lambda', using, ['GetAccountSettings']),
  need('lambda', changing, ['GetAccountSettings'], {
    when: ({ reserved }) => reserved,
    why: 'asked only to explain why AWS refuses a reservation of concurrency',
  }),
  // A plan warns of what calls $LATEST, and the receipt of destroy names what still calls a function.
  need('lambda', reading, ['ListEventSourceMappings'], { when: ({ aliases }) => aliases }),
  need('lambda', ['destroy'], ['ListEventSourceMappings']),
  // IAM knows mappings by their random ids only.
  need('lambda', listing, ['ListEventSourceMappings'], { when: ({ mappings }) => mappings }),
  need('lambda', changing, ['CreateEventSourceMapping', 'UpdateEventSourceMapping', 'TagResource'], {
    when: ({ mappings }) => mappings,
  }),
  need('lambda', removing, ['GetEventSourceMapping', 'DeleteEventSourceMapping'], {
    when: ({ mappings }) => mappings,
  }),
  need('lambda', listing, ['GetEventSourceMapping', 'ListTags'], {
    when: ({ mappings }) => mappings,
    why: 'asked only of mappings that slsctl.yml does not name, to find those that slsctl made',
  }),
  need('sqs', listing, ['GetQueueAttributes'], { when: ({ kinds }) => kinds.includes('sqs') }),
  need('sqs', reading, ['GetQueueAttributes'], {
    when: ({ deadLetters }) => deadLetters,
    why: 'a dead-letter queue that does not exist is refused',
  }),
  need('sqs', listing, ['GetQueueUrl'], {
    when: ({ kinds }) => kinds.includes('sqs'),
    why: 'asked only of queues of other accounts',
  }),
  need('dynamodb', listing, ['DescribeTable'], { when: ({ kinds }) => kinds.includes('dynamodb') }),
  need('kinesis', listing, ['DescribeStreamSummary'], { when: ({ kinds }) => kinds.includes('kinesis') }),
  need('s3', ['destroy'], ['ListAllMyBuckets']),
  need('events', ['destroy'], ['ListEventBuses']),
  need('scheduler', ['destroy'], ['ListSchedules']),
  need('sns', ['destroy'], ['ListSubscriptions']),
  need('s3', ['destroy'], ['GetBucketNotification'], { why: sources }),
  need('events', ['destroy'], ['ListRuleNamesByTarget', 'ListTargetsByRule'], { why: sources }),
  need('logs', ['destroy'], ['DescribeSubscriptionFilters'], { why: sources }),
  // A canary is watched.
  need('cloudwatch', changing, ['GetMetricData'], { when: ({ aliases }) => aliases }),
];

/** On the values that slsctl.yml refers to. */
export const parameterNeeds: readonly Need<unknown>[] = [need('ssm', readingAndCode, ['GetParameters'])];
export const secretNeeds: readonly Need<unknown>[] = [
  need('secretsmanager', readingAndCode, ['GetSecretValue']),
];

/** On the repository of a container image. */
export const imageNeeds: readonly Need<unknown>[] = [
  need('ecr', readingAndCode, ['DescribeImages']),
  need('ecr', changingCode, ['GetRepositoryPolicy', 'SetRepositoryPolicy'], {
    why: 'Lambda uses them to let itself read the image, when the policy of the repository does not',
  }),
];

/** On a layer that slsctl.yml names by its ARN. */
export const givenLayerNeeds: readonly Need<unknown>[] = [
  need('lambda', changing, ['GetLayerVersion'], { why: 'AWS checks it when a function gets the layer' }),
];

/** On the key that encrypts a function's environment. */
export const keyNeeds: readonly Need<unknown>[] = [
  need('kms', readingAndCode, ['Decrypt'], {
    why: 'AWS decrypts the environment for the caller of GetFunction',
  }),
  need('kms', changing, ['Encrypt', 'CreateGrant'], { why: 'AWS encrypts the environment for the caller' }),
];

/** Without a resource, for functions in a VPC or with a file system. */
export const networkNeeds: readonly Need<FunctionConfig>[] = [
  need('ec2', changing, ['DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVpcs'], {
    when: ({ settings }) => Boolean(settings.VpcConfig?.SubnetIds?.length),
    why: 'AWS looks at the network for the caller',
  }),
  need('elasticfilesystem', changing, ['DescribeMountTargets'], {
    when: ({ settings }) => Boolean(settings.FileSystemConfigs?.length),
    why: 'AWS looks at the file system for the caller',
  }),
];

/** On the bucket for zips above 50 MB; `own`: slsctl creates it. */
export const bucketNeeds: readonly Need<{ own: boolean }>[] = [
  need('s3', [...changingCode, 'destroy'], ['ListBucketMultipartUploads']),
  need('s3', ['destroy'], ['ListBucket']),
  need(
    's3',
    changingCode,
    [
      'CreateBucket',
      'GetBucketTagging',
      'PutBucketTagging',
      'GetEncryptionConfiguration',
      'PutEncryptionConfiguration',
      'GetLifecycleConfiguration',
      'PutLifecycleConfiguration',
      'GetBucketPublicAccessBlock',
      'PutBucketPublicAccessBlock',
    ],
    { when: ({ own }) => own },
  ),
  need('s3', ['destroy'], ['GetBucketTagging', 'DeleteBucket'], { when: ({ own }) => own }),
];

/** On the objects in it. */
export const objectNeeds: readonly Need<unknown>[] = [
  need('s3', changingCode, ['GetObject', 'PutObject', 'ListMultipartUploadParts']),
  need('s3', ['destroy'], ['AbortMultipartUpload', 'DeleteObject']),
];
