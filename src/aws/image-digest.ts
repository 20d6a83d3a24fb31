// Asks Amazon ECR which image a tag points to. A separate file, so that the client of ECR is loaded only when needed.
import { DescribeImagesCommand, type ECRClient } from '@aws-sdk/client-ecr';

/** An image in Amazon ECR, named by a tag. */
export interface TaggedImage {
  /** The account of the registry. */
  registryId: string;
  repositoryName: string;
  imageTag: string;
}

/** The digest (`sha256:…`) of the image that has the tag now. Rejects with the error of ECR when there is none. */
export async function askImageDigest(
  client: ECRClient,
  { registryId, repositoryName, imageTag }: TaggedImage,
): Promise<string | undefined> {
  const { imageDetails = [] } = await client.send(
    new DescribeImagesCommand({ registryId, repositoryName, imageIds: [{ imageTag }] }),
  );
  return imageDetails[0]?.imageDigest;
}
