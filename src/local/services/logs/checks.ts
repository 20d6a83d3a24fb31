// The length, pattern and range rules of the CloudWatch Logs API model.
import { invalid, unreadable, unsatisfied } from './errors.ts';

const groupName = /^[.\-_/#A-Za-z0-9]+$/;
const streamName = /^[^:*]+$/;

/** @throws InvalidParameterException for a value outside the bounds; undefined passes */
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

/** @throws InvalidParameterException for a length outside the bounds; undefined passes */
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

/** CloudWatch Logs reports this for names separately, before it checks its model. */
function checkNameLength(name: string, member: string): void {
  if (name.length > 512)
    throw invalid('Invalid LogGroup or LogStream, both must have length less than or equal to 512.');
  checkLength(name, member, 1, 512);
}

/** A name has 1 to 512 characters: letters, digits and `. - _ / #`. */
export function checkGroupName(name: string, member = 'logGroupName'): void {
  checkNameLength(name, member);
  if (!groupName.test(name))
    throw unsatisfied(name, member, 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+');
}

/** A name has 1 to 512 characters, without colons and asterisks. */
export function checkStreamName(name: string, member = 'logStreamName'): void {
  checkNameLength(name, member);
  if (!streamName.test(name))
    throw unsatisfied(name, member, 'Member must satisfy regular expression pattern: [^:*]*');
}

/** @throws InvalidParameterException for a value that does not match the pattern; undefined passes */
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
