// Reads and removals that accept an absent resource.

/** Error names for an unknown resource: Lambda and CloudWatch Logs, IAM, and IAM of some emulators. */
const unknown = ['ResourceNotFoundException', 'NoSuchEntityException', 'NoSuchEntity'];

/** Answers undefined when AWS does not know the resource. */
export async function absent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (unknown.includes((error as Error).name)) return undefined;
    throw error;
  }
}
