// Missing permissions: names the policy statement that would allow the call.
import { failed } from '../described.ts';
import { lower } from '../words.ts';
import { type Advice, type Kind, prefixOf } from './refusal.ts';

const denied: Advice = ({ text, call, resource: bucketName }) => {
  const action = /perform:? ([\w-]+:\w+)/.exec(text)?.[1] ?? (call && iamAction(call));
  // S3 often says only `Access Denied`, without the resource.
  const bucket = call?.startsWith('S3:') && bucketName ? bucketArn(bucketName, action ?? '') : undefined;
  const resource = /on resource:? (\S+?)[,;]?(?= |$)/.exec(text)?.[1] ?? bucket;
  const who = /(?:User|Principal):? (arn:\S+)/i.exec(text)?.[1];
  if (!action)
    return failed('AWS denied access', lower(text), 'ask for the permission that the message names');
  const explicit = /explicit deny/i.test(text) ? 'a policy denies it explicitly' : undefined;
  const statement = { Effect: 'Allow', Action: action, Resource: resource ?? '*' };
  return failed(
    `access denied: ${action}${resource ? ` on ${resource}` : ''}`,
    [who && `${who} may not do it`, explicit].filter(Boolean).join('; ') || lower(text),
    explicit
      ? 'ask the administrator of the account: a policy that allows it cannot override an explicit deny'
      : `ask for this policy statement: ${JSON.stringify(statement)}`,
  );
};

export const accessErrors: Kind = {
  codes: {
    AccessDenied: denied,
    AccessDeniedException: denied,
    UnauthorizedOperation: denied,
  },
};

/** `Lambda:Invoke` → `lambda:InvokeFunction`. */
function iamAction(call: string): string {
  const [service = '', operation = ''] = call.split(':');
  const action = `${prefixOf(service)}:${operation}`;
  return permissions[action] ?? action;
}

/** ARN of the bucket, or of the objects in it, depending on the action. */
function bucketArn(name: string, action: string): string {
  const inside = /:(Put|Get|Delete)Object$|:(AbortMultipartUpload|ListMultipartUploadParts)$/.test(action);
  return `arn:aws:s3:::${name}${inside ? '/*' : ''}`;
}

/** Operations whose IAM permission has another name. */
const permissions: Record<string, string> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListParts': 's3:ListMultipartUploadParts',
  's3:PutBucketEncryption': 's3:PutEncryptionConfiguration',
  's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:UploadPart': 's3:PutObject',
};
