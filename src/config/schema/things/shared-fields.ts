// Fields that all things have which a project makes for itself: queues, topics, buckets, tables and streams.
import * as z from 'zod';
import { limits } from '../../../advise/limits.ts';
import { matching, text, yesOrNo } from '../checks.ts';

const tagText = (max: number, min: number) =>
  new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{${min},${max}}$`, 'u');

/** `null` sets it back to AWS's default. */
export const resettable = <T extends z.ZodType>(schema: T) => schema.nullable().optional();

/** `name`: the check of a physical name. */
export const common = (name: z.ZodString, noun: string, example: string) => ({
  name: name.optional().meta({
    description: `Name on AWS. Without it, PROJECT-KEY, with -STAGE in a stage${noun === 'bucket' ? ', and -ACCOUNT-REGION' : ''}. Another name is another ${noun}.`,
    examples: [example],
  }),
  retain: yesOrNo.optional().meta({
    description: `The ${noun} is never removed, not even with --delete-data.`,
    default: false,
    examples: [true],
  }),
  tags: z
    .record(
      matching(tagText(128, 1), 'tag names of at most 128 letters, digits, blanks and _ . : / = + - @'),
      matching(tagText(256, 0), 'text of at most 256 letters, digits, blanks and _ . : / = + - @').nullable(),
      { error: 'a map of names to text' },
    )
    .refine((tags) => Object.keys(tags).length <= limits.tags - 4, {
      error: `at most ${limits.tags - 4} tags (slsctl adds up to four)`,
    })
    .nullable()
    .optional()
    .meta({ description: 'Tags. null removes a tag.', examples: [{ team: 'greeters' }] }),
});

/** An IAM policy document. */
export const policyDocument = z.record(text(), z.unknown(), { error: 'an IAM policy' });

/** ARN, id or alias of a KMS key. */
export const kmsKey = matching(
  /^(alias\/[\w/-]+|arn:aws[\w-]*:kms:\S+|[0-9a-f-]{36}|mrk-[0-9a-f]{32})$/,
  'the id, the ARN or the alias (alias/NAME) of a KMS key',
);
