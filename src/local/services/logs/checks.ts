// The length, pattern and range rules of the CloudWatch Logs API model.
import { invalid, unreadable, unsatisfied } from './errors.ts';

const groupName = /^[.\-_/#A-Za-z0-9]+$/;
const streamName = /^[^:*]+$/;

/** @throws InvalidParameterException unless undefined or between the bounds. */
export function checkRange(
  value: number | undefined,
  member: string,
  lowest: number,
  highest = Number.MAX_SAFE_INTEGER,
): void {
  if (value === undefined) return;
  if (!Number.isInteger(value)) throw unreadable(value, member);
  if (value > highest)
    throw unsatisfied(value, member, `Member must have value less than or equal to ${highest}`);
  if (!(value >= lowest))
    throw unsatisfied(value, member, `Member must have value greater than or equal to ${lowest}`);
}

/** @throws InvalidParameterException unless undefined or of a length between the bounds. */
export function checkLength(
  value: string | undefined,
  member: string,
  lowest: number,
  highest: number,
): void {
  if (value === undefined) return;
  if (value.length > highest)
    throw unsatisfied(value, member, `Member must have length less than or equal to ${highest}`);
  if (value.length < lowest)
    throw unsatisfied(value, member, `Member must have length greater than or equal to ${lowest}`);
}

/** CloudWatch Logs says this of names by itself, before its model is asked. */
function checkNameLength(name: string, member: string): void {
  if (name.length > 512)
    throw invalid('Invalid LogGroup or LogStream, both must have length less than or equal to 512.');
  checkLength(name, member, 1, 512);
}

/** Names are 1 to 512 of `. - _ / #`, letters and digits. */
export function checkGroupName(name: string, member = 'logGroupName'): void {
  checkNameLength(name, member);
  if (!groupName.test(name))
    throw unsatisfied(name, member, 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+');
}

/** Names are 1 to 512 characters, none of them a colon or an asterisk. */
export function checkStreamName(name: string, member = 'logStreamName'): void {
  checkNameLength(name, member);
  if (!streamName.test(name))
    throw unsatisfied(name, member, 'Member must satisfy regular expression pattern: [^:*]*');
}

/** @throws InvalidParameterException unless undefined or what the model's pattern says (or the given one). */
export function checkPattern(
  value: string | undefined,
  member: string,
  pattern: string,
  form: RegExp = new RegExp(`^${pattern}$`),
): void {
  if (value !== undefined && !form.test(value))
    throw unsatisfied(value, member, `Member must satisfy regular expression pattern: ${pattern}`);
}

export function checkEnum(value: string | undefined, member: string, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value))
    throw unsatisfied(value, member, `Member must satisfy enum value set: [${values.join(', ')}]`);
}
