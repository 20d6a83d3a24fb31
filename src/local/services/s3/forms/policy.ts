// The policy of a form: what its fields may be.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
import { ServiceError } from '../../../service-error.ts';

const denied = (reason: string) =>
  new ServiceError('AccessDenied', `Invalid according to Policy: ${reason}`, 403);

const invalid = (reason: string) =>
  new ServiceError('InvalidPolicyDocument', `Invalid Policy: ${reason}`, 400);

/** Fields that no condition needs to name. */
const free = /^(policy|file|signature|awsaccesskeyid|x-amz-signature|x-ignore-.*)$/;

/**
 * @throws ServiceError when the policy has expired, a field is not what it says, or the policy does not name a field
 */
export function checkPolicy(
  text: string,
  given: ReadonlyMap<string, string>,
  size: number,
  now: number,
): void {
  const { expiration, conditions } = parsed(text);
  const end = Date.parse(String(expiration));
  if (Number.isNaN(end)) throw invalid("Invalid 'expiration' value");
  if (end < now) throw denied('Policy expired.');
  if (!Array.isArray(conditions)) throw invalid("Invalid 'conditions' value");
  const named = new Set<string>();
  for (const condition of conditions) {
    for (const [operator, name, wanted] of rules(condition)) {
      if (operator === 'content-length-range') {
        checkSize(size, Number(name), Number(wanted));
        continue;
      }
      const field = name.replace(/^\$/, '').toLowerCase();
      named.add(field);
      const value = given.get(field) ?? '';
      const holds = operator === 'eq' ? value === wanted : value.startsWith(wanted);
      if (holds) continue;
      throw denied(`Policy Condition failed: ["${operator}", "$${name.replace(/^\$/, '')}", "${wanted}"]`);
    }
  }
  const extra = [...given.keys()].filter((name) => !named.has(name) && !free.test(name) && name !== 'bucket');
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(',')}`);
}

function parsed(text: string): { expiration?: unknown; conditions?: unknown } {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('Invalid JSON.');
  }
}

/** `{"bucket": "b"}` is `["eq", "$bucket", "b"]`. */
function rules(condition: unknown): [operator: string, name: string, wanted: string][] {
  if (!Array.isArray(condition)) {
    return Object.entries((condition ?? {}) as object).map(([name, wanted]) => ['eq', name, String(wanted)]);
  }
  const [operator = '', name = '', wanted = ''] = condition.map(String);
  const kind = operator.toLowerCase();
  if (!['eq', 'starts-with', 'content-length-range'].includes(kind))
    throw invalid('Invalid Simple-Condition');
  return [[kind, name, wanted]];
}

function checkSize(size: number, least: number, most: number): void {
  if (size > most) {
    throw new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: String(size),
      MaxSizeAllowed: String(most),
    });
  }
  if (size < least) {
    throw new ServiceError(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size',
      400,
      {
        ProposedSize: String(size),
        MinSizeAllowed: String(least),
      },
    );
  }
}
