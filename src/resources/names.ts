// Physical names that follow from the config, so that nobody has to remember them.
import { createHash } from 'node:crypto';

/** IAM allows 64 characters; longer names are cut and end in a hash of the whole. */
export function roleName(functionName: string, region: string): string {
  const name = `${functionName}-${region}`;
  if (name.length <= 64) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, 55)}-${hash}`;
}

/** IAM paths are ASCII without blanks; project names are plain already. */
export function rolePath(project: string): string {
  return `/slsctl/${project}/`;
}

export function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** `aws`, `aws-cn` or `aws-us-gov`. */
export function partition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** ARN of a policy that AWS keeps: `service-role/AWSLambdaBasicExecutionRole`. */
export function awsPolicy(region: string, name: string): string {
  return `arn:${partition(region)}:iam::aws:policy/${name}`;
}
