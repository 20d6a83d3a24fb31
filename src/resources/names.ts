// Physical names that follow from the config, so that nobody has to remember them.
import { createHash } from 'node:crypto';
import { partition } from '@aws-sdk/core/client';

/** IAM allows 64 characters. */
export function roleName(functionName: string, region: string): string {
  return cut(`${functionName}-${region}`);
}

/** At most 64 characters, of which the last are a hash of the whole when there were more. */
function cut(name: string): string {
  if (name.length <= 64) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, 55)}-${hash}`;
}

/**
 * `<project>-<layer>[-<stage>]`: the name says whose it is, since the layers of all projects of an account and
 * region share one list. Longer ones than 64 characters are cut as those of roles are.
 */
export function layerName(project: string, key: string, stage?: string): string {
  return cut([project, key, ...(stage === undefined ? [] : [stage])].join('-'));
}

/** IAM paths are ASCII without blanks; project names are plain already. */
export function rolePath(project: string): string {
  return `/slsctl/${project}/`;
}

/** Where a function writes its logs: into the group that its settings name, else into the one that is named after it. */
export function logGroupName(
  functionName: string,
  settings: { LoggingConfig?: { LogGroup?: string } } = {},
): string {
  return settings.LoggingConfig?.LogGroup || `/aws/lambda/${functionName}`;
}

/** What the keys of the uploads of a project and stage begin with, and no others. */
export function uploadPrefix({ project, stage }: { project: string; stage?: string }): string {
  return stage === undefined ? `slsctl/projects/${project}/` : `slsctl/stages/${project}/${stage}/`;
}

/** By content: `sha256` is in base64. */
export function uploadKey(owner: { project: string; stage?: string }, sha256: string): string {
  return `${uploadPrefix(owner)}${Buffer.from(sha256, 'base64').toString('hex')}.zip`;
}

/** ARN of a policy that AWS keeps: `service-role/AWSLambdaBasicExecutionRole`. */
export function awsPolicy(region: string, name: string): string {
  return `arn:${partition(region).name}:iam::aws:policy/${name}`;
}
