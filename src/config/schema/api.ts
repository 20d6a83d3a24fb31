// `api:`: the HTTP API that a project has for its `http` triggers.
import * as z from 'zod';
import { arnOf, fields, list, matching, oneOf, refuse, short, text, whole, yesOrNo } from './checks.ts';
import { retentionDays } from './retention-days.ts';
import { throttling } from './throttling.ts';

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable().optional();
const texts = (allowed: string) => list(text(allowed), `a list, each ${allowed}`);

const cors = fields({
  allowOrigins: texts('an origin such as https://example.com, or *')
    .optional()
    .describe('Origins whose pages may call the API; * for all.'),
  allowMethods: list(
    oneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '*']),
    'a list of methods',
  )
    .optional()
    .describe('Methods that these pages may use; * for all.'),
  allowHeaders: texts('the name of a header, or *').optional().describe('Headers that they may send.'),
  exposeHeaders: texts('the name of a header, or *')
    .optional()
    .describe('Headers of the answer that they may read.'),
  allowCredentials: yesOrNo.optional().describe('They may send cookies and authorization headers.'),
  maxAge: whole({ min: -1, max: 86_400 }, 'seconds')
    .optional()
    .describe('Time for which browsers remember these rules.'),
}).superRefine(({ allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials }, context) => {
  if (!allowCredentials) return;
  const all = { allowOrigins, allowMethods, allowHeaders, exposeHeaders };
  const open = Object.entries(all).find(([, list]) => list?.includes('*' as never));
  if (open) {
    refuse(context, `is true, which does not go with ${open[0]}: ["*"]; name them`, ['allowCredentials']);
  }
});

const authorizer = fields({
  jwt: fields({
    issuer: matching(/^https?:\/\/\S+$/, 'the address of the issuer, as its tokens have it').describe(
      'Address of the issuer of the tokens.',
    ),
    audience: list(text('an audience'), 'a list of audiences').describe(
      'Audiences of which a token must have one.',
    ),
  })
    .optional()
    .describe('Takes JSON Web Tokens of this issuer.'),
  function: text('a function of this project').optional().describe('A function of this project decides.'),
  identitySource: z
    .union([text(), texts('an expression such as $request.header.Authorization')], {
      error: '$request.header.Authorization, or a list of such expressions',
    })
    .optional()
    .meta({
      description:
        'Where the token is, or what the function decides by: without it, a request is refused at once.',
      default: '$request.header.Authorization',
    }),
  authorizerResultTtlInSeconds: whole({ min: 0, max: 3600 }, 'seconds')
    .optional()
    .describe('Time for which an answer of the function is kept. AWS takes 300.'),
  authorizerPayloadFormatVersion: oneOf(['1.0', '2.0'])
    .optional()
    .meta({ description: 'Format of the event of the function.', default: '2.0' }),
  enableSimpleResponses: yesOrNo
    .optional()
    .describe('The function answers { isAuthorized: true }, and no IAM policy. True with format 2.0.'),
}).superRefine((one, context) => {
  if ((one.jwt === undefined) === (one.function === undefined)) {
    refuse(context, 'needs jwt or function, one of them');
  }
  if (one.function !== undefined) return;
  const only = ['authorizerResultTtlInSeconds', 'authorizerPayloadFormatVersion', 'enableSimpleResponses'];
  const wrong = only.find((name) => one[name as keyof typeof one] !== undefined);
  if (wrong) refuse(context, 'is only for authorizers that are functions', [wrong]);
});

const domain = fields({
  name: matching(
    /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    'a domain name such as api.example.com, in small letters',
  ).describe('The domain name. Point it to the address that a deployment shows.'),
  certificateArn: arnOf('acm').describe(
    'A certificate for this name in AWS Certificate Manager, in the same region.',
  ),
  apiMappingKey: nullable(
    matching(/^[\w$.+!*'()-]+(\/[\w$.+!*'()-]+)*$/, 'a path such as v1 or orders/v1, without / at its ends'),
  ).describe('The path under the domain name. Without it, the API answers at /.'),
  securityPolicy: oneOf(['TLS_1_2', 'TLS_1_0'])
    .optional()
    .meta({ description: 'The oldest version of TLS.', default: 'TLS_1_2' }),
  ipAddressType: oneOf(['ipv4', 'dualstack']).optional().describe('Addresses of the domain name.'),
});

export const apiSchema = fields({
  name: matching(
    /^[\p{L}\p{N} _.:/=+\-@]{1,128}$/u,
    'letters, digits, blanks and _ . : / = + - @, at most 128',
  )
    .optional()
    .describe(
      'Name of the API. Without it, PROJECT, with -STAGE in a stage. Another name is another API, with another address.',
    ),
  description: nullable(short(1024)).describe('Description.'),
  version: nullable(short(64)).describe('Version, for people.'),
  cors: nullable(cors).describe('CORS: what web pages of other origins may do. null removes it.'),
  authorizers: z
    .record(matching(/^[a-zA-Z0-9-_]{1,64}$/, 'letters, digits, - and _, at most 64'), authorizer, {
      error: 'a map of names to authorizers',
    })
    .optional()
    .meta({
      description: 'Who decides which requests pass. A trigger names one as its authorizer.',
      examples: [{ users: { jwt: { issuer: 'https://login.example.com', audience: ['shop'] } } }],
    }),
  throttling: throttling.optional().describe('Limits of all routes that have none of their own.'),
  detailedMetricsEnabled: nullable(yesOrNo).describe('CloudWatch counts each route.'),
  accessLog: nullable(
    fields({
      format: text('a format with $context variables')
        .optional()
        .describe('A line of the log, with $context variables. Without it, JSON with the usual ones.'),
      retentionInDays: z
        .literal(retentionDays, { error: `${retentionDays.join(', ')} (days)` })
        .optional()
        .meta({ description: 'How long the log is kept, in days.', default: 14 }),
    }),
  ).meta({
    description: 'Log of all requests, in a log group that slsctl makes. {} for the usual; null: none.',
    examples: [{}],
  }),
  domain: domain.optional().meta({
    description: 'A domain name of your own.',
    examples: [
      {
        name: 'api.example.com',
        certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
      },
    ],
  }),
  stageVariables: nullable(
    z.record(
      matching(/^\w{1,64}$/, 'letters, digits and _, at most 64'),
      matching(/^[A-Za-z0-9-._~:/?#&=,]{1,2048}$/, 'text of letters, digits and -._~:/?#&=,').nullable(),
      { error: 'a map of names to text' },
    ),
  ).describe('Values that functions get in their events. null removes one.'),
  disableExecuteApiEndpoint: nullable(yesOrNo).describe(
    'The API answers at its domain name only, and not at the address that AWS gives it.',
  ),
  ipAddressType: oneOf(['ipv4', 'dualstack']).optional().describe('Addresses of the API. AWS takes ipv4.'),
  tags: z
    .record(text('text'), text('text').nullable(), { error: 'a map of names to text' })
    .optional()
    .describe('Tags of the API. null removes one.'),
}).meta({
  description:
    'The HTTP API of the project. slsctl makes it when a function has an http trigger without api:, and removes it with the last one.',
  examples: [{ cors: { allowOrigins: ['https://example.com'], allowMethods: ['GET'] } }],
});
