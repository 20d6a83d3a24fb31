// What a function answered about the items of its batch: ReportBatchItemFailures.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

/** The ids of the items that failed; `all`: the whole batch failed. */
export type Failures = ReadonlySet<string> | 'all';

const none: Failures = new Set();

/** `ids`: those of the batch. An unknown or malformed id means that the whole batch failed. */
export function reportedFailures(payload: Uint8Array, ids: ReadonlySet<string>): Failures {
  const answer = parsed(payload);
  if (answer === undefined) return 'all';
  if (!answer || (Array.isArray(answer) && answer.length === 0)) return none;
  if (typeof answer !== 'object' || Array.isArray(answer)) return 'all';
  const { batchItemFailures: listed } = answer as { batchItemFailures?: unknown };
  if (listed === undefined || listed === null) return none;
  if (!Array.isArray(listed)) return 'all';
  const failed = new Set<string>();
  for (const entry of listed) {
    const id = (entry as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !ids.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}

/** undefined: it is not JSON. An empty answer counts as null. */
export function parsed(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
