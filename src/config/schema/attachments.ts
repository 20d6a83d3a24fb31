// What hangs on a function and has operations of its own: address, resource policy, concurrency and the like.
import * as z from 'zod';
import { arnOf, fields, list, matching, oneOf, refuse, short, whole, yesOrNo } from './checks.ts';
import type { attachmentNames } from './field-names.ts';

/** What AWS takes, less the room for the record of what ran before. */
const longestDescription = 200;

const destination = arnOf('sqs', 'sns', 'lambda', 'events', 's3');

const permission = fields({
  principal: matching(/^\S+$/, 'a service (s3.amazonaws.com), an account, an ARN, or *').describe(
    'Who may: a service, an account, an ARN, or *',
  ),
  action: matching(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, 'lambda:InvokeFunction, or another of lambda:')
    .optional()
    .describe('lambda:InvokeFunction unless told otherwise'),
  sourceArn: matching(/^arn:aws[\w-]*:[\w.-]+:\S+$/, 'an ARN')
    .optional()
    .describe('On behalf of this resource only'),
  sourceAccount: matching(/^\d{12}$/, 'an account number of 12 digits, in quotes')
    .optional()
    .describe('On behalf of resources of this account only'),
  principalOrgID: matching(/^o-[a-z0-9]{10,32}$/, 'the id of an organization')
    .optional()
    .describe('Members of this organization only'),
  eventSourceToken: matching(/^[a-zA-Z0-9._-]{1,256}$/, 'a token')
    .optional()
    .describe('Alexa Smart Home: this token only'),
  functionUrlAuthType: oneOf(['NONE', 'AWS_IAM'])
    .optional()
    .describe('Through a function URL with this authorization only'),
  invokedViaFunctionUrl: yesOrNo.optional().describe('Through the function URL only'),
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
    description: short(longestDescription).nullable().optional().describe('What the alias is for'),
    version: z
      .union([publishedVersion, z.literal('$LATEST'), z.int().positive().max(9_999_999_999)], {
        error: 'the number of a version, or $LATEST',
      })
      .optional()
      .describe('The version that is kept; without it the one that a deployment publishes'),
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
        .refine((weights) => Object.keys(weights).length <= 1, { error: 'one version at most' }),
    })
      .nullable()
      .optional()
      .describe('A second version, and its part of the requests (0 to 1)'),
    provisionedConcurrentExecutions: whole({ min: 1, max: 100_000 })
      .nullable()
      .optional()
      .describe('Environments that are kept ready'),
  },
  '{} or a map of its settings, or null',
);

const words = (longest: number, count: number) => list(short(longest), 'a list of texts', count);

export const attachments = {
  reservedConcurrentExecutions: whole({ min: 0, max: 100_000 }).describe(
    'Invocations at the same time: reserved for it, and at most these',
  ),
  eventInvokeConfig: fields({
    maximumRetryAttempts: whole({ min: 0, max: 2 }).nullable().optional().describe('After a failure'),
    maximumEventAgeInSeconds: whole({ min: 60, max: 21_600 }, 'seconds')
      .nullable()
      .optional()
      .describe('Older events are given up'),
    onSuccess: destination.nullable().optional().describe('ARN that is told of each success'),
    onFailure: destination.nullable().optional().describe('ARN that is told of each event given up'),
  }).describe('Asynchronous invocations'),
  url: fields({
    authType: oneOf(['NONE', 'AWS_IAM']).describe('NONE: everybody may call it'),
    cors: fields({
      allowCredentials: yesOrNo.optional(),
      allowHeaders: words(1024, 100).optional(),
      allowMethods: list(
        oneOf(['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*']),
        'a list of methods',
        6,
      ).optional(),
      allowOrigins: words(253, 100).optional(),
      exposeHeaders: words(1024, 100).optional(),
      maxAge: whole({ min: 0, max: 86_400 }, 'seconds').optional(),
    })
      .nullable()
      .optional()
      .describe('What pages of other origins may do'),
    invokeMode: oneOf(['BUFFERED', 'RESPONSE_STREAM']).optional().describe('Whole responses, or streams'),
  }).describe('An HTTPS address of its own'),
  permissions: z
    .record(
      matching(/^[a-zA-Z0-9-_]{1,100}$/, 'statement ids of letters, digits, - and _, at most 100'),
      permission.nullable(),
      { error: 'a map of statement ids to permissions' },
    )
    .describe('Statements of the resource policy, by statement id; null removes one'),
  aliases: z
    .record(aliasName, alias.nullable(), { error: 'a map of alias names to their settings' })
    .describe('Names for versions, by name; {} follows the deployments, null removes one'),
  recursiveLoop: oneOf(['Terminate', 'Allow']).describe('What Lambda does about recursive loops'),
  codeSigningConfigArn: matching(
    /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/,
    'the ARN of a code signing configuration',
  ).describe('Whose signatures the code must carry'),
  runtimeManagementConfig: fields({
    updateRuntimeOn: oneOf(['Auto', 'FunctionUpdate', 'Manual']),
    runtimeVersionArn: arnOf('lambda').optional().describe('With Manual: the version that is kept'),
  }).describe('When the runtime gets new versions'),
} satisfies Record<(typeof attachmentNames)[number], z.ZodType>;

/** null: it must not be there. */
export type Attachments = {
  [Field in keyof typeof attachments]?: z.infer<(typeof attachments)[Field]> | null;
};
