// The tag in the URI of a function's image. Lambda keeps the image that the tag named at the last update, so a tag that
// was moved since then shows only in Amazon ECR.
import type { Aws } from '../../aws/aws.ts';
import type { TaggedImage } from '../../aws/image-digest.ts';
import { describeError } from '../../errors/describe-error.ts';

export class ImageTag {
  private readonly aws: Aws;
  private readonly image: TaggedImage;
  private asked: Promise<void> | undefined;
  /** The digest that the tag points to; undefined: not asked yet, or ECR did not tell it. */
  digest: string | undefined;
  /** Why ECR did not tell the digest. */
  unknown: string | undefined;

  constructor(aws: Aws, image: TaggedImage) {
    this.aws = aws;
    this.image = image;
  }

  get name(): string {
    return this.image.imageTag;
  }

  /** Asks ECR once. Never rejects, unless the run was interrupted: a function can be deployed without the answer. */
  look(): Promise<void> {
    this.asked ??= this.aws.imageDigest(this.image).then(
      (digest) => {
        this.digest = digest;
        this.unknown = digest === undefined ? 'ECR answered without a digest' : undefined;
      },
      (error) => {
        if ((error as Error).name === 'AbortError') throw error;
        this.unknown = describeError(error).message;
      },
    );
    return this.asked;
  }
}

/** The parts of the URI of an image in Amazon ECR; undefined: the image is not there. Without a tag it has a digest. */
export function imageParts(
  uri: string,
): (Omit<TaggedImage, 'imageTag'> & { region: string; imageTag?: string }) | undefined {
  const [, registryId, region, repositoryName, imageTag] =
    /^(\d{12})\.dkr\.ecr(?:-fips)?\.([\w-]+)\.[\w.-]+\/([^:@]+)(?::([^@]+)|@.*)$/.exec(uri) ?? [];
  if (!registryId || !region || !repositoryName) return undefined;
  return { registryId, region, repositoryName, imageTag };
}

/** The tag in the URI of an image; undefined: the URI has a digest, which cannot move. */
export function taggedImage(uri: string): TaggedImage | undefined {
  const { registryId, repositoryName, imageTag } = imageParts(uri) ?? {};
  if (!registryId || !repositoryName || !imageTag) return undefined;
  return { registryId, repositoryName, imageTag };
}
