// Checks the session policies and session tags of requests for temporary credentials.
import type { PolicyDescriptorType, Tag } from '@aws-sdk/client-sts';
import { MalformedPolicyDocumentException } from '@aws-sdk/client-sts';
import { ServiceError } from '../../service-error.ts';
import { checkPermissions } from '../iam/policies/documents.ts';

/** The largest number of characters of session policies; their packed size is reported as a percentage of it. */
const mostPolicy = 2048;

const wrong = (message: string) => new ServiceError('InvalidParameterValue', message);

/**
 * The percentage of the limit that the session policies use; undefined when there are none.
 * @throws MalformedPolicyDocumentException
 */
export function checkedSessionPolicies({
  Policy,
  PolicyArns,
}: {
  Policy?: string | undefined;
  PolicyArns?: PolicyDescriptorType[] | undefined;
}): number | undefined {
  if (Policy === undefined && !PolicyArns?.length) return undefined;
  const document = Policy ?? '';
  if (document.length > mostPolicy) {
    throw new ServiceError(
      'ValidationError',
      `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${mostPolicy}`,
    );
  }
  if (Policy !== undefined) {
    try {
      checkPermissions(Policy);
    } catch (error) {
      throw new MalformedPolicyDocumentException({ message: (error as Error).message, $metadata: {} });
    }
  }
  const arns = (PolicyArns ?? []).reduce((sum, { arn = '' }) => sum + arn.length, 0);
  return Math.ceil(((document.replace(/\s/g, '').length + arns) * 100) / mostPolicy);
}

/**
 * The keys of tags that later sessions inherit, including those of the calling session.
 * @throws ServiceError InvalidParameterValue
 */
export function checkedSessionTags(
  {
    Tags = [],
    TransitiveTagKeys = [],
  }: { Tags?: Tag[] | undefined; TransitiveTagKeys?: string[] | undefined },
  inherited: readonly string[],
): string[] {
  const keys = Tags.map(({ Key = '' }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw wrong('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const transitive = TransitiveTagKeys.map((key) => key.toLowerCase());
  if (transitive.some((key) => !keys.includes(key))) {
    throw wrong('The specified transitive tag key must be included in the requested tags.');
  }
  if (keys.some((key) => inherited.includes(key))) {
    throw wrong(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  return [...inherited, ...transitive];
}
