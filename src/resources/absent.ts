// Reads and removals of what may not be there.

/** How Lambda and CloudWatch Logs, IAM, and IAM behind other endpoints say that there is no such thing. */
const unknown = ['ResourceNotFoundException', 'NoSuchEntityException', 'NoSuchEntity'];

/** undefined for what AWS does not know. */
export async function absent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (unknown.includes((error as Error).name)) return undefined;
    throw error;
  }
}
