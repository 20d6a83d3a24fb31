// Derives the physical names of resources from the config.
import { cut } from '../config/cut.ts';

/** IAM allows 64 characters. */
export function roleName(functionName: string, region: string): string {
  return cut(`${functionName}-${region}`);
}

/**
 * `<project>-<layer>[-<stage>]`: the name contains the owner, because all projects of an account and region
 * share one list of layers. Names over 64 characters are cut like role names.
 */
export function layerName(project: string, key: string, stage?: string): string {
  return cut([project, key, ...(stage === undefined ? [] : [stage])].join('-'));
}

/** IAM allows only ASCII without blanks in a path; the schema allows no other project names. */
export function rolePath(project: string): string {
  return `/slsctl/${project}/`;
}

/** The log group that the settings name, or else AWS's default for the function. */
export function logGroupName(
  functionName: string,
  settings: { LoggingConfig?: { LogGroup?: string } } = {},
): string {
  return settings.LoggingConfig?.LogGroup || `/aws/lambda/${functionName}`;
}

/** The log group of the requests to an API. AWS lets itself write to all groups below this prefix by one policy. */
export function accessLogName(api: string): string {
  return `/aws/vendedlogs/apis/${api}`;
}

/** The key prefix of the uploads of one project and stage; no other owner uses it. */
export function uploadPrefix({ project, stage }: { project: string; stage?: string }): string {
  return stage === undefined ? `slsctl/projects/${project}/` : `slsctl/stages/${project}/${stage}/`;
}

/** The key depends on the content alone; `sha256` is in base64. */
export function uploadKey(owner: { project: string; stage?: string }, sha256: string): string {
  return `${uploadPrefix(owner)}${Buffer.from(sha256, 'base64').toString('hex')}.zip`;
}
