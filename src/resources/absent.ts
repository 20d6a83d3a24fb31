// Reads and removals that accept an absent resource.

/**
 * Error names for an unknown resource, those of some emulators included: of Lambda, CloudWatch Logs, DynamoDB and Kinesis;
 * IAM; SQS; SNS; S3; Step Functions.
 */
const unknown = [
  ...['ResourceNotFoundException', 'ResourceNotFound'],
  ...['NoSuchEntityException', 'NoSuchEntity'],
  ...['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
  ...['NotFoundException', 'NotFound'],
  'NoSuchBucket',
  'StateMachineDoesNotExist',
];

/** Answers undefined when AWS does not know the resource. */
export async function absent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (unknown.includes((error as Error).name)) return undefined;
    throw error;
  }
}
