// The actions and resources that AWS checks for an API call. Source: the Service Authorization Reference, and the pages
// of the AWS documentation on the permissions that creating a function takes.

export interface Call {
  /** `lambda:GetFunction` */
  action: string;
  /** ARNs, or `*` for actions without resources. */
  resources: string[];
  context?: Record<string, string>;
}

interface Asked {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  region: string;
  /** Paths of roles that were created, by name. */
  roles: Map<string, string>;
}

const account = '000000000000';

/** Actions with another name than their operation. */
const actions: Record<string, string> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:HeadObject': 's3:GetObject',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:GetBucketNotificationConfiguration': 's3:GetBucketNotification',
  's3:PutBucketNotificationConfiguration': 's3:PutBucketNotification',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:ListParts': 's3:ListMultipartUploadParts',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:PutBucketEncryption': 's3:PutEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
  's3:GetBucketCors': 's3:GetBucketCORS',
  's3:PutBucketCors': 's3:PutBucketCORS',
  's3:DeleteBucketCors': 's3:PutBucketCORS',
  's3:DeleteBucketLifecycle': 's3:PutLifecycleConfiguration',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
};

/** Actions that AWS checks without a resource. */
const withoutResource =
  /^(lambda:(ListFunctions|ListLayers|GetAccountSettings|ListEventSourceMappings)|s3:ListAllMyBuckets|events:(ListEventBuses|ListRuleNamesByTarget|TestEventPattern)|scheduler:ListSchedules|sns:(ListSubscriptions|Unsubscribe|GetSubscriptionAttributes|SetSubscriptionAttributes)|iam:ListRoles|tag:GetResources|logs:DescribeLogGroups|cloudwatch:GetMetricData|sts:GetCallerIdentity|ecr:GetAuthorizationToken)$/;

/** The call itself, and the further actions that AWS checks with it. */
export function callsOf(asked: Asked): Call[] {
  const { service, operation } = asked;
  const name = `${service}:${operation}`;
  const action = actions[name] ?? name;
  const resources = withoutResource.test(action) ? ['*'] : resourcesOf(asked);
  return [{ action, resources }, ...alsoChecked(asked, resources)];
}

/** API Gateway's actions are HTTP methods, and its resources paths. */
export function gatewayCall(method: string, path: string, region: string): Call {
  const resource = decodeURIComponent(path.replace(/^\/v2/, ''));
  return { action: `apigateway:${method}`, resources: [`arn:aws:apigateway:${region}::${resource}`] };
}

function resourcesOf({ service, operation, input, region, roles }: Asked): string[] {
  const arn = (of: string, rest: string) => `arn:aws:${of}:${region}:${account}:${rest}`;
  const text = (member: string) => String(input[member] ?? '');
  if (service === 'lambda') {
    if (input.LayerName) {
      const version = input.VersionNumber === undefined ? '' : `:${input.VersionNumber}`;
      return [
        text('LayerName').startsWith('arn:')
          ? text('LayerName')
          : arn('lambda', `layer:${text('LayerName')}${version}`),
      ];
    }
    if (input.Resource) return [text('Resource')];
    const qualifier = input.Qualifier ? `:${input.Qualifier}` : '';
    const given = text('FunctionName');
    return [given.startsWith('arn:') ? given : arn('lambda', `function:${given}${qualifier}`)];
  }
  if (service === 'iam') {
    const name = text('RoleName');
    if (input.Path) roles.set(name, String(input.Path));
    // IAM knows the path of a role that exists, and takes none for another one.
    return [`arn:aws:iam::${account}:role${roles.get(name) ?? '/'}${name}`];
  }
  if (service === 'logs') {
    if (/^(Tag|Untag|ListTagsFor)Resource$|TagsLogGroup$/.test(operation)) {
      return [text('resourceArn') || arn('logs', `log-group:${text('logGroupName')}`)];
    }
    return [arn('logs', `log-group:${text('logGroupName')}:log-stream:`)];
  }
  if (service === 's3') {
    const bucket = `arn:aws:s3:::${text('Bucket')}`;
    const { Objects = [] } = (input.Delete ?? {}) as { Objects?: { Key: string }[] };
    if (Objects.length > 0) return Objects.map(({ Key }) => `${bucket}/${Key}`);
    return [input.Key === undefined ? bucket : `${bucket}/${input.Key}`];
  }
  if (service === 'ssm') {
    return (input.Names as string[]).map((one) =>
      arn('ssm', `parameter/${one.replace(/^\//, '').replace(/:\d+$/, '')}`),
    );
  }
  if (service === 'secretsmanager') return [arn('secretsmanager', `secret:${text('SecretId')}-AbCdEf`)];
  if (service === 'sqs') {
    return [arn('sqs', text('QueueName') || (text('QueueUrl').split('/').at(-1) ?? ''))];
  }
  if (service === 'sns') return [text('TopicArn') || text('ResourceArn') || arn('sns', text('Name'))];
  if (service === 'dynamodb') return [text('ResourceArn') || arn('dynamodb', `table/${text('TableName')}`)];
  if (service === 'kinesis') return [text('StreamARN') || arn('kinesis', `stream/${text('StreamName')}`)];
  if (service === 'ecr') return [arn('ecr', `repository/${text('repositoryName')}`)];
  if (service === 'events') {
    const bus = text('EventBusName') || 'default';
    const rule = text('Name') || text('Rule');
    if (input.ResourceARN) return [text('ResourceARN')];
    if (rule === '') return [arn('events', `event-bus/${bus}`)];
    return [arn('events', bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`)];
  }
  if (service === 'scheduler') {
    if (input.ResourceArn) return [text('ResourceArn')];
    const group = text('GroupName') || 'default';
    if (/Group$/.test(operation)) return [arn('scheduler', `schedule-group/${text('Name')}`)];
    return [arn('scheduler', `schedule/${group}/${text('Name')}`)];
  }
  throw new Error(`no resource is known for ${service}:${operation}`);
}

function alsoChecked({ service, operation, input, region }: Asked, resources: string[]): Call[] {
  const also: Call[] = [];
  const creates = operation === 'CreateFunction' || operation === 'UpdateFunctionConfiguration';
  if (service === 'lambda' && creates) {
    const context = { 'iam:PassedToService': 'lambda.amazonaws.com' };
    if (input.Role) also.push({ action: 'iam:PassRole', resources: [String(input.Role)], context });
    for (const layer of (input.Layers ?? []) as string[]) {
      also.push({ action: 'lambda:GetLayerVersion', resources: [layer] });
    }
  }
  const { S3Bucket, S3Key } =
    ((operation === 'CreateFunction'
      ? input.Code
      : operation === 'PublishLayerVersion'
        ? input.Content
        : input) as Record<string, string>) ?? {};
  if (service === 'lambda' && S3Bucket) {
    also.push({ action: 's3:GetObject', resources: [`arn:aws:s3:::${S3Bucket}/${S3Key}`] });
  }
  const { Objects = [] } = (input.Delete ?? {}) as { Objects?: { VersionId?: string }[] };
  if (Objects.some(({ VersionId }) => VersionId)) also.push({ action: 's3:DeleteObjectVersion', resources });
  const tagged = input.Tags ?? input.tags;
  const tags: Record<string, string> = {
    'lambda:CreateFunction': 'lambda:TagResource',
    'iam:CreateRole': 'iam:TagRole',
    'logs:CreateLogGroup': 'logs:TagResource',
    'sqs:CreateQueue': 'sqs:TagQueue',
    'sns:CreateTopic': 'sns:TagResource',
    'dynamodb:CreateTable': 'dynamodb:TagResource',
    'kinesis:CreateStream': 'kinesis:AddTagsToStream',
  };
  const tag = tags[`${service}:${operation}`];
  if (tag && tagged) {
    const of = tag.startsWith('logs')
      ? [`arn:aws:logs:${region}:${account}:log-group:${input.logGroupName}`]
      : resources;
    also.push({ action: tag, resources: of });
  }
  return also;
}
