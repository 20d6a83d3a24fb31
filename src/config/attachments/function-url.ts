// `url`: the HTTPS address of a function.
import { fields, list, oneOf, short, whole, yesOrNo } from '../schema/checks.ts';
import { qualifier } from './qualifier.ts';

const texts = (maxLength: number, maxItems: number) => list(short(maxLength), 'a list of texts', maxItems);

export const functionUrl = fields({
  authType: oneOf(['NONE', 'AWS_IAM']).describe(
    'NONE: everybody on the internet may call it. AWS_IAM: only signed requests.',
  ),
  cors: fields({
    allowCredentials: yesOrNo.optional().describe('Pages may send cookies and authorization headers.'),
    allowHeaders: texts(1024, 100).optional().describe('Headers that pages may send.'),
    allowMethods: list(oneOf(['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*']), 'a list of methods', 6)
      .optional()
      .describe('Methods that pages may use; * for all.'),
    allowOrigins: texts(253, 100).optional().describe('Origins of these pages; * for all.'),
    exposeHeaders: texts(1024, 100).optional().describe('Headers of the response that pages may read.'),
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
  qualifier,
}).meta({
  description:
    'Function URL: an HTTPS address of the function. It calls the alias that follows the deployments, if there is one. With authType: NONE slsctl also writes the two permissions that a public address needs. Another qualifier gives it another address.',
  examples: [{ authType: 'AWS_IAM' }],
});
