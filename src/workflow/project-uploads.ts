// Finds the project's uploads on S3. Warns if they cannot be listed.
import type { Aws } from '../aws/aws.ts';
import type { Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import type { Resource } from '../engine/resource.ts';
import { describeError } from '../errors/describe-error.ts';
import { ownerOf } from '../resources/owned/ownership.ts';

/** Looks into the bucket that slsctl.yml names, and into slsctl's own bucket if it exists. */
export async function projectUploads({ ui }: Context, project: Project, aws: Aws): Promise<Resource[]> {
  const { ownBuckets, UploadsResource } = await import('../resources/code/uploads.ts');
  const denied = (error: unknown) =>
    ui.warn(`uploads to S3 were not looked for: ${describeError(error).message}`);
  const own = await ownBuckets(aws).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    denied(error);
    return [];
  });
  const buckets = new Set([...own, ...(project.bucket ? [project.bucket] : [])]);
  return [...buckets].map((bucket) => new UploadsResource(aws, bucket, ownerOf(project), denied));
}
