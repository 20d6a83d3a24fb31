// What hangs on a function and has operations of its own: address, resource policy, concurrency and the like.
import * as z from 'zod';
import { arnOf, fields, list, matching, oneOf, refuse, short, whole, yesOrNo } from './checks.ts';
import type { attachmentNames } from './field-names.ts';

/** AWS allows 256 characters. slsctl keeps the rest for the record of earlier versions. */
const longestDescription = 200;

const destination = arnOf('sqs', 'sns', 'lambda', 'events', 's3');

const permission = fields({
  principal: matching(/^\S+$/, 'a service (s3.amazonaws.com), an account, an ARN, or *').describe(
    'Who gets the permission: a service such as s3.amazonaws.com, an account number, an ARN, or * for everybody.',
  ),
  action: matching(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, 'lambda:InvokeFunction, or another of lambda:')
    .optional()
    .meta({ description: 'Action that is allowed.', default: 'lambda:InvokeFunction' }),
  sourceArn: matching(/^arn:aws[\w-]*:[\w.-]+:\S+$/, 'an ARN')
    .optional()
    .describe('Only on behalf of this resource.'),
  sourceAccount: matching(/^\d{12}$/, 'an account number of 12 digits, in quotes')
    .optional()
    .describe('Only on behalf of resources of this account.'),
  principalOrgID: matching(/^o-[a-z0-9]{10,32}$/, 'the id of an organization')
    .optional()
    .describe('Only for accounts of this organization.'),
  eventSourceToken: matching(/^[a-zA-Z0-9._-]{1,256}$/, 'a token')
    .optional()
    .describe('Only with this token (Alexa Smart Home).'),
  functionUrlAuthType: oneOf(['NONE', 'AWS_IAM'])
    .optional()
    .describe('Only through a function URL with this authType.'),
  invokedViaFunctionUrl: yesOrNo.optional().describe('Only through the function URL.'),
}).superRefine(({ action, functionUrlAuthType }, context) => {
  if (functionUrlAuthType !== undefined && action !== 'lambda:InvokeFunctionUrl') {
    refuse(context, 'has functionUrlAuthType, which needs action: lambda:InvokeFunctionUrl');
  }
});

const aliasName = matching(
  /^(?![0-9]+$)[a-zA-Z0-9-_]{1,128}$/,
  'names of letters, digits, - and _, at most 128, not of digits alone',
);
const publishedVersion = matching(/^[1-9]\d{0,9}$/, 'the number of a version, in quotes');

const alias = fields(
  {
    description: short(longestDescription).nullable().optional().describe('What the alias is for.'),
    version: z
      .union([publishedVersion, z.literal('$LATEST'), z.int().positive().max(9_999_999_999)], {
        error: 'the number of a version, or $LATEST',
      })
      .optional()
      .describe(
        'Version that the alias keeps. Without it, the alias follows the deployments: each one publishes a version and moves the alias to it.',
      ),
    routingConfig: fields({
      additionalVersionWeights: z
        .record(
          publishedVersion,
          z
            .number({ error: 'a number from 0 to 1' })
            .min(0, { error: 'a number from 0 to 1' })
            .max(1, { error: 'a number from 0 to 1' }),
          { error: 'a map of a version to its part of the requests' },
        )
        .refine((weights) => Object.keys(weights).length <= 1, { error: 'one version at most' })
        .describe('The second version, and the part of the requests that it gets, from 0 to 1.'),
    })
      .nullable()
      .optional()
      .describe('Gives a part of the requests to a second version.'),
    provisionedConcurrentExecutions: whole({ min: 1, max: 100_000 })
      .nullable()
      .optional()
      .describe('Number of environments that Lambda keeps ready, so that requests meet no cold start.'),
  },
  '{} or a map of its settings, or null',
);

const words = (longest: number, count: number) => list(short(longest), 'a list of texts', count);

export const attachments = {
  reservedConcurrentExecutions: whole({ min: 0, max: 100_000 }).meta({
    description:
      'Number of invocations that may run at the same time. The account reserves them for this function, and Lambda throttles further ones. 0 stops the function.',
    examples: [10],
  }),
  eventInvokeConfig: fields({
    maximumRetryAttempts: whole({ min: 0, max: 2 })
      .nullable()
      .optional()
      .meta({ description: 'Number of retries after the function fails.', default: 2 }),
    maximumEventAgeInSeconds: whole({ min: 60, max: 21_600 }, 'seconds')
      .nullable()
      .optional()
      .meta({ description: 'Age at which Lambda gives up an event.', default: 21_600 }),
    onSuccess: destination
      .nullable()
      .optional()
      .describe('ARN that gets a record of each invocation that succeeds.'),
    onFailure: destination
      .nullable()
      .optional()
      .describe('ARN that gets a record of each event that Lambda gives up.'),
  }).meta({
    description:
      'Retries and destinations of asynchronous invocations. The role that slsctl creates may send to the destinations.',
    examples: [{ maximumRetryAttempts: 0, onFailure: 'arn:aws:sqs:us-east-1:123456789012:failures' }],
  }),
  url: fields({
    authType: oneOf(['NONE', 'AWS_IAM']).describe(
      'NONE: everybody on the internet may call it. AWS_IAM: only signed requests.',
    ),
    cors: fields({
      allowCredentials: yesOrNo.optional().describe('Pages may send cookies and authorization headers.'),
      allowHeaders: words(1024, 100).optional().describe('Headers that pages may send.'),
      allowMethods: list(
        oneOf(['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*']),
        'a list of methods',
        6,
      )
        .optional()
        .describe('Methods that pages may use; * for all.'),
      allowOrigins: words(253, 100).optional().describe('Origins of these pages; * for all.'),
      exposeHeaders: words(1024, 100).optional().describe('Headers of the response that pages may read.'),
      maxAge: whole({ min: 0, max: 86_400 }, 'seconds')
        .optional()
        .describe('Time for which browsers remember these rules.'),
    })
      .nullable()
      .optional()
      .describe('CORS: what web pages of other origins may do.'),
    invokeMode: oneOf(['BUFFERED', 'RESPONSE_STREAM']).optional().meta({
      description: 'BUFFERED sends whole responses, RESPONSE_STREAM sends them as the function writes them.',
      default: 'BUFFERED',
    }),
  }).meta({
    description:
      'Function URL: an HTTPS address of the function. With authType: NONE slsctl also writes the two permissions that a public address needs.',
    examples: [{ authType: 'AWS_IAM' }],
  }),
  permissions: z
    .record(
      matching(/^[a-zA-Z0-9-_]{1,100}$/, 'statement ids of letters, digits, - and _, at most 100'),
      permission.nullable(),
      { error: 'a map of statement ids to permissions' },
    )
    .meta({
      description:
        'Statements of the resource policy: who else may use the function, by statement id. null removes a statement.',
      examples: [{ uploads: { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::my-uploads' } }],
    }),
  aliases: z.record(aliasName, alias.nullable(), { error: 'a map of alias names to their settings' }).meta({
    description: 'Aliases: names for versions. {} follows the deployments, null removes an alias.',
    examples: [{ live: {}, stable: { version: '3' } }],
  }),
  recursiveLoop: oneOf(['Terminate', 'Allow']).meta({
    description:
      'Whether Lambda ends or allows loops in which the function calls itself through SQS, SNS or S3.',
    examples: ['Allow'],
  }),
  codeSigningConfigArn: matching(
    /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/,
    'the ARN of a code signing configuration',
  ).meta({
    description: 'Code signing configuration that says who must have signed the code.',
    examples: ['arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0'],
  }),
  runtimeManagementConfig: fields({
    updateRuntimeOn: oneOf(['Auto', 'FunctionUpdate', 'Manual']).describe(
      'Auto: when AWS has a new one. FunctionUpdate: with the next deployment. Manual: never; runtimeVersionArn says which.',
    ),
    runtimeVersionArn: arnOf('lambda').optional().describe('With Manual: the runtime version to use.'),
  }).meta({
    description: 'When Lambda updates the language runtime under the function.',
    examples: [{ updateRuntimeOn: 'FunctionUpdate' }],
  }),
} satisfies Record<(typeof attachmentNames)[number], z.ZodType>;

/** null: slsctl removes it. */
export type Attachments = {
  [Field in keyof typeof attachments]?: z.infer<(typeof attachments)[Field]> | null;
};
