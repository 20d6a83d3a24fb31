// How many iterations of a distributed map may fail.
import { runtimeFailure } from '../../../states-language/failure.ts';
import type { Json } from '../../../states-language/json.ts';
import { requiredAt } from '../../../states-language/paths/evaluate.ts';
import { effectiveInput } from './data.ts';
import { evaluatedOr } from './flow.ts';
import type { Thread } from './model.ts';

/** @throws StateFailure for a value that is not valid */
export async function toleratedFailures(thread: Thread, iterations: number): Promise<number> {
  const count = await value(thread, 'ToleratedFailureCount', 'integer');
  if (count !== undefined && count < 0) throw runtimeFailure('ToleratedFailureCount cannot be negative.');
  const share = await value(thread, 'ToleratedFailurePercentage', 'float');
  if (share !== undefined && (share < 0 || share > 100)) {
    throw runtimeFailure('ToleratedFailurePercentage must be between 0 and 100.');
  }
  const limits = [count, share === undefined ? undefined : (iterations * share) / 100].filter(
    (limit) => limit !== undefined,
  );
  return limits.length === 0 ? 0 : Math.min(...limits);
}

async function value(thread: Thread, field: string, type: 'integer' | 'float'): Promise<number | undefined> {
  const { [field]: given, [`${field}Path`]: path } = thread.state as Record<string, Json | undefined>;
  if (given !== undefined) return evaluatedOr<number>(thread, given, field, 'number');
  if (typeof path !== 'string') return undefined;
  return numberAt(thread, `${field}Path`, path, type);
}

/** Numbers may be texts. @throws StateFailure for anything else */
export function numberAt(thread: Thread, field: string, path: string, type: 'integer' | 'float'): number {
  const found = requiredAt(path, thread.reach(effectiveInput(thread)));
  const number = typeof found === 'string' && /^-?\d+(\.\d+)?$/.test(found) ? Number(found) : found;
  if (typeof number === 'number' && (type === 'float' || Number.isInteger(number))) return number;
  const shown = typeof found === 'string' ? found : JSON.stringify(found);
  throw runtimeFailure(`The ${field} field refers to value "${shown}" which is not a valid ${type}: ${path}`);
}
