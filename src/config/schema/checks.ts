// Checks that the schema of slsctl.yml is built from. The message of a check says which values are allowed.
// zod is imported as a namespace everywhere: only then can the build leave out the unused three quarters of it.
import * as z from 'zod';

export const text = (allowed = 'text') => z.string({ error: allowed });

export const matching = (pattern: RegExp, allowed: string) =>
  text(allowed).regex(pattern, { error: allowed });

/** Text of at most this many characters. */
export const short = (maxLength: number) => {
  const error = `text of at most ${maxLength} characters`;
  return text(error).max(maxLength, { error });
};

export const whole = ({ min, max }: { min: number; max: number }, unit?: string) => {
  const error = `a whole number from ${min} to ${max}${unit ? ` (${unit})` : ''}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

/** A number in the range, both ends included. */
export const between = (min: number, max: number) => {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: values.join(', ') });

export const yesOrNo = z.boolean({ error: 'true or false' });

export const list = <T extends z.ZodType>(item: T, allowed: string, maxItems?: number) => {
  const items = z.array(item, { error: allowed });
  return maxItems === undefined ? items : items.max(maxItems, { error: `at most ${maxItems} of them` });
};

/** A map with these fields. `allowed` is the message for a value that is not a map. */
export const fields = <T extends z.ZodRawShape>(shape: T, allowed = 'a map') =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? allowed : undefined) });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = matching(
  /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  'the name of an S3 bucket: 3 to 63 lowercase letters, digits, - and ., with a letter or digit first and last',
);

/** Refuses a value. `message` is a sentence that continues after the name of the field. */
export function refuse(
  context: Pick<z.core.$RefinementCtx, 'addIssue'>,
  message: string,
  path: PropertyKey[] = [],
): void {
  context.addIssue({ code: 'custom', path, message, params: { sentence: true } });
}

/** ARN of a resource of one of these services. */
export const arnOf = (...services: string[]) =>
  matching(
    new RegExp(`^arn:aws[\\w-]*:(${services.join('|')}):\\S+$`),
    `the ARN of a resource of ${services.join(', ')}`,
  );
