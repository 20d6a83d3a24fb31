// Finds the project's uploads on S3. Warns if they cannot be listed.
import type { Aws } from '../aws/aws.ts';
import type { Project } from '../config/project.ts';
import type { Resource } from '../engine/resource.ts';
import { scopeOf } from '../errors/describe-error.ts';
import { ownerOf } from '../resources/owned/ownership.ts';
import { withStatement } from './undeclared.ts';

/** Looks into the bucket that slsctl.yml names, and into slsctl's own bucket if it exists. */
export async function projectUploads(
  project: Project,
  aws: Aws,
  warn: (text: string) => void,
): Promise<Resource[]> {
  const { ownBuckets, UploadsResource } = await import('../resources/code/uploads.ts');
  const denied = (error: unknown) => warn(`uploads to S3 were not looked for: ${withStatement(error)}`);
  const own = await ownBuckets(aws).catch((error: Error) => {
    if (scopeOf(error) !== 'call') throw error;
    denied(error);
    return [];
  });
  const buckets = new Set([...own, ...(project.bucket ? [project.bucket] : [])]);
  return [...buckets].map((bucket) => new UploadsResource(aws, bucket, ownerOf(project), denied));
}
