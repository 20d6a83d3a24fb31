// What fields of slsctl.yml may be: the checks that its schema is built from. A message says what is allowed.
// As a namespace everywhere, so that the build leaves out what is not used of it: three quarters.
import * as z from 'zod';

export const text = (allowed = 'text') => z.string({ error: allowed });

export const matching = (pattern: RegExp, allowed: string) =>
  text(allowed).regex(pattern, { error: allowed });

/** Text of at most so many characters. */
export const short = (longest: number) => {
  const error = `text of at most ${longest} characters`;
  return text(error).max(longest, { error });
};

export const whole = ({ min, max }: { min: number; max: number }, unit?: string) => {
  const error = `a whole number from ${min} to ${max}${unit ? ` (${unit})` : ''}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

/** Any number in the range, its ends included. */
export const between = (min: number, max: number) => {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: values.join(', ') });

export const yesOrNo = z.boolean({ error: 'true or false' });

export const list = <T extends z.ZodType>(item: T, allowed: string, longest?: number) => {
  const items = z.array(item, { error: allowed });
  return longest === undefined ? items : items.max(longest, { error: `at most ${longest} of them` });
};

/** A map of fields of its own; `allowed` says what stands there when it is no map at all. */
export const fields = <T extends z.ZodRawShape>(shape: T, allowed = 'a map') =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? allowed : undefined) });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = matching(
  /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  'the name of an S3 bucket: 3 to 63 small letters, digits, - and ., a letter or digit first and last',
);

/** A refusal in a sentence that follows the name of the field. */
export function refuse(
  context: Pick<z.core.$RefinementCtx, 'addIssue'>,
  message: string,
  path: PropertyKey[] = [],
): void {
  context.addIssue({ code: 'custom', path, message, params: { sentence: true } });
}

/** ARN of anything in these services. */
export const arnOf = (...services: string[]) =>
  matching(
    new RegExp(`^arn:aws[\\w-]*:(${services.join('|')}):\\S+$`),
    `the ARN of a resource of ${services.join(', ')}`,
  );
