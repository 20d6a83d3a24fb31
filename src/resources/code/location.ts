// Gives Lambda the bytes of a package: in the request, or through S3 when they are too many.
import type { Aws } from '../../aws/aws.ts';
import type { Upload } from '../../aws/upload.ts';
import type { Owner, Report } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import type { Package } from '../../packaging/package.ts';
import { uploadKey } from '../names.ts';

/** The largest zip that Lambda takes in a request, in bytes. */
const largestInRequest = 52_428_800;

export type CodeLocation = { ZipFile: Uint8Array } | { S3Bucket: string; S3Key: string };

/** The uploads of one deployment; each package is uploaded once. */
export class CodeUploads {
  private readonly aws: Aws;
  private readonly owner: Owner;
  private readonly given: string | undefined;
  private bucket: Promise<string> | undefined;
  private readonly running = new Map<string, Promise<void>>();

  /** `bucket`: the user's. undefined: slsctl's own, created before the first upload. */
  constructor(aws: Aws, owner: Owner, bucket?: string) {
    this.aws = aws;
    this.owner = owner;
    this.given = bucket;
  }

  async locationOf(zip: Package, report?: Report): Promise<CodeLocation> {
    if (zip.size <= largestInRequest) {
      const ZipFile = await zip.bytes();
      this.aws.nameBytes(ZipFile, zip.file);
      return { ZipFile };
    }
    this.bucket ??= this.given === undefined ? this.own(report) : Promise.resolve(this.given);
    const bucket = await this.bucket;
    const key = uploadKey(this.owner, zip.sha256);
    const { file, size, sha256 } = zip;
    let running = this.running.get(key);
    if (!running) {
      running = this.upload({ bucket, key, file, size, sha256 }, report);
      this.running.set(key, running);
    }
    await running;
    return { S3Bucket: bucket, S3Key: key };
  }

  private async own(report?: Report): Promise<string> {
    const { ownBucket } = await import('./bucket.ts');
    return ownBucket(this.aws, report);
  }

  private async upload(what: Upload, report?: Report): Promise<void> {
    const [{ upload }, s3] = await Promise.all([import('../../aws/upload.ts'), this.aws.s3()]);
    const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
    try {
      await upload(s3, what, {
        // Shows one command for the whole upload, because only S3 knows the ids of its parts.
        onStart: () => this.aws.tell(['aws', 's3', 'cp', what.file, `s3://${what.bucket}/${what.key}`]),
        onProgress: (sent) =>
          report?.(`uploading to S3, ${megabytes(sent)} of ${megabytes(what.size)} MB`, sent / what.size),
      });
    } catch (error) {
      throw this.given === undefined ? error : explained(error, what.bucket, this.aws.region);
    }
  }
}

/** Explains an S3 error about the user's bucket. */
function explained(error: unknown, bucket: string, region: string): unknown {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const problem = (message: string, next: string) => new UserError(message, 1, { next, cause: error });
  const other = 'name another in slsctl.yml, or leave bucket out: slsctl then makes its own';
  if (name === 'NoSuchBucket')
    return problem(`the bucket ${bucket} that slsctl.yml names does not exist`, `make it, or ${other}`);
  if (/^(PermanentRedirect|AuthorizationHeaderMalformed)$/.test(name) || $metadata?.httpStatusCode === 301) {
    return problem(
      `the bucket ${bucket} that slsctl.yml names is not in ${region}, and Lambda takes code from buckets of its own region alone`,
      other,
    );
  }
  return error;
}
