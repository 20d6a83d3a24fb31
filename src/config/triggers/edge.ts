// `edge`: a CloudFront distribution runs the function at its edge locations (Lambda@Edge).
import { fields, matching, oneOf, short, yesOrNo } from '../schema/checks.ts';

export const edge = fields(
  {
    distribution: matching(
      /^(?:arn:aws[\w-]*:cloudfront::\d{12}:distribution\/)?E[A-Z0-9]{6,20}$/,
      'the id or the ARN of a distribution, such as E2QWRUHAPOMQZL',
    ).describe('The distribution: its id or its ARN. It must exist.'),
    behavior: short(255).optional().meta({
      description: 'The cache behavior: its path pattern.',
      default: 'the default behavior',
    }),
    eventType: oneOf(['viewer-request', 'origin-request', 'origin-response', 'viewer-response']).describe(
      'The moment at which CloudFront runs the function.',
    ),
    includeBody: yesOrNo.optional().meta({
      description: 'Whether the function gets the body of the request.',
      default: false,
    }),
  },
  'a map with distribution and eventType',
).meta({
  description:
    'Amazon CloudFront runs a version of the function at its edge locations (Lambda@Edge). The function is in us-east-1, and has an alias that follows the deployments.',
  examples: [{ distribution: 'E2QWRUHAPOMQZL', eventType: 'viewer-request' }],
});
