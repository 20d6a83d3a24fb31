// The shape of slsctl.yml. A message of a check says what is allowed; load.ts says where and what was given.
import { z } from 'zod';
import { environmentProblem, limits } from '../advise/limits.ts';

export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const runtimes =
  /^(python3\.(9|1\d)|nodejs(18|20|22|24)\.x|java(8\.al2|11|17|21|25)|dotnet(6|8|10)|ruby3\.[2-4]|provided\.al2(023)?)$/;
const reserved =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_(FUNCTION_(NAME|VERSION|MEMORY_SIZE)|LOG_GROUP_NAME|LOG_STREAM_NAME|INITIALIZATION_TYPE|RUNTIME_API))|_HANDLER|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** What is wrong with the name of an environment variable, in a sentence; undefined: nothing. */
export function variableNameProblem(name: string): string | undefined {
  if (reserved.test(name)) return 'is a name that Lambda reserves for itself';
  if (/^[a-zA-Z]\w+$/.test(name)) return undefined;
  return 'is not a name that Lambda takes; allowed: two or more letters, digits and _, a letter first';
}

const whole = ({ min, max }: { min: number; max: number }, unit: string) => {
  const error = `a whole number from ${min} to ${max} (${unit})`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};
const text = (allowed = 'text') => z.string({ error: allowed });
const matching = (pattern: RegExp, allowed: string) => text(allowed).regex(pattern, { error: allowed });
const oneOf = (values: readonly [string, ...string[]]) => z.enum(values, { error: values.join(', ') });
const api = z.record(z.string(), z.unknown(), {
  error: 'a map of the fields of the AWS API, first letter small',
});
const list = <T extends z.ZodType>(item: T, allowed: string) => z.array(item, { error: allowed });

/** What IAM takes for tags, which is the narrowest rule of all services. */
const tagText = (max: number, min: number) =>
  new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{${min},${max}}$`, 'u');

const environment = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }),
    { error: 'a map of names to values' },
  )
  .superRefine((variables, context) => {
    for (const key of Object.keys(variables)) {
      const problem = variableNameProblem(key);
      if (problem)
        context.addIssue({ code: 'custom', path: [key], message: problem, params: { sentence: true } });
    }
    const problem = environmentProblem(
      Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    );
    if (problem) context.addIssue({ code: 'custom', message: problem, params: { sentence: true } });
  });

const settings = {
  runtime: matching(runtimes, 'a current Lambda runtime, for example python3.12 or nodejs22.x'),
  handler: matching(/^\S{1,128}$/, 'FILE.FUNCTION, for example lambda_function.handler'),
  memorySize: whole(limits.memoryMB, 'MB'),
  timeout: whole(limits.timeoutSeconds, 'seconds'),
  description: text('text of at most 256 characters').max(256, { error: 'text of at most 256 characters' }),
  architectures: list(oneOf(['x86_64', 'arm64']), '[x86_64] or [arm64]').length(1, {
    error: '[x86_64] or [arm64]',
  }),
  ephemeralStorage: z.union(
    [
      whole(limits.ephemeralStorageMB, 'MB'),
      z.strictObject({ size: whole(limits.ephemeralStorageMB, 'MB') }),
    ],
    {
      error: `a whole number from ${limits.ephemeralStorageMB.min} to ${limits.ephemeralStorageMB.max} (MB)`,
    },
  ),
  environment,
  layers: list(
    matching(/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:layer:[\w-]+:\d+$/, 'ARNs of layer versions'),
    'a list of layer version ARNs',
  ).max(limits.layers, { error: `at most ${limits.layers} layers` }),
  kmsKeyArn: matching(/^arn:aws[\w-]*:kms:/, 'the ARN of a KMS key'),
  vpcConfig: api,
  fileSystemConfigs: list(api, 'a list of file systems'),
  tracingConfig: z.strictObject({ mode: oneOf(['Active', 'PassThrough']) }),
  loggingConfig: api,
  deadLetterConfig: api,
  snapStart: z.strictObject({ applyOn: oneOf(['PublishedVersions', 'None']) }),
  role: matching(/^arn:aws[\w-]*:iam::\d{12}:role\/?[\w+=,.@\-/]+$/, 'the ARN of a role'),
  policies: list(
    matching(/^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/.+$/, 'ARNs of managed policies'),
    'a list of policy ARNs',
  ),
  statements: list(
    z.record(z.string(), z.unknown(), { error: 'an IAM policy statement' }),
    'a list of IAM policy statements',
  ),
  permissionsBoundary: matching(/^arn:aws[\w-]*:iam::/, 'the ARN of a managed policy'),
  tags: z
    .record(
      matching(tagText(128, 1), 'tag names of at most 128 letters, digits, blanks and _ . : / = + - @'),
      matching(tagText(256, 0), 'text of at most 256 letters, digits, blanks and _ . : / = + - @'),
      { error: 'a map of names to text' },
    )
    .refine((tags) => Object.keys(tags).length <= limits.tags - 2, {
      error: `at most ${limits.tags - 2} tags (slsctl adds two)`,
    }),
  logRetentionInDays: z.union(
    [z.literal('never'), z.number().refine((days) => retentionDays.includes(days))],
    { error: `${retentionDays.join(', ')}, or never` },
  ),
};
const code = z.union(
  [
    z.string(),
    z.strictObject({
      path: z.string().optional(),
      include: z.array(z.string()).optional(),
      exclude: z.array(z.string()).optional(),
    }),
  ],
  { error: 'a path, or { path, include, exclude }' },
);

const name = matching(/^[a-zA-Z0-9-_]{1,64}$/, 'letters, digits, - and _, at most 64');
const partial = z.strictObject(settings).partial();
const functionSchema = z.strictObject({ ...settings, code }).partial();

export const stageSchema = z.strictObject({
  region: text('an AWS region').optional(),
  allowedAccounts: list(
    matching(/^\d{12}$/, 'account numbers of 12 digits, in quotes'),
    'a list of account numbers',
  ).optional(),
  defaults: partial.optional(),
  functions: z
    .record(name, functionSchema, { error: 'a map of function names to their settings' })
    .optional(),
});

export const fileSchema = stageSchema.extend({
  project: matching(/^[a-zA-Z0-9-_]{1,64}$/, 'letters, digits, - and _, at most 64'),
  functions: z.record(name, functionSchema, { error: 'a map of function names to their settings' }),
  stages: z.record(name, stageSchema, { error: 'a map of stage names to what differs there' }).optional(),
});

export type StageFile = z.infer<typeof stageSchema>;
export type ConfigFile = z.infer<typeof fileSchema>;
export type FunctionFile = z.infer<typeof functionSchema>;

/** Keys that may stand at a path of the file, for "did you mean". */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  const rest = path[0] === 'stages' ? path.slice(2) : path;
  if (rest.length === 0) return Object.keys((path.length > 0 ? stageSchema : fileSchema).shape);
  if (rest[0] === 'functions' && rest.length === 2) return Object.keys(functionSchema.shape);
  if (rest[0] === 'defaults' && rest.length === 1) return Object.keys(partial.shape);
  return [];
}
