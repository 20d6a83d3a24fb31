// The functions that behaviors call, as Lambda@Edge takes them.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
import { type DistributionConfig, InvalidLambdaFunctionAssociation } from '@aws-sdk/client-cloudfront';

/** @throws InvalidLambdaFunctionAssociation */
export function checkAssociations({ DefaultCacheBehavior, CacheBehaviors }: DistributionConfig): void {
  for (const behavior of [DefaultCacheBehavior, ...(CacheBehaviors?.Items ?? [])]) {
    const events = new Set<string | undefined>();
    for (const { LambdaFunctionARN: arn = '', EventType, IncludeBody } of behavior?.LambdaFunctionAssociations
      ?.Items ?? []) {
      const [, , service, region, , kind, , version = ''] = arn.split(':');
      if (service !== 'lambda' || kind !== 'function') {
        throw refused(`The function ARN ${arn} is not valid.`);
      }
      if (region !== 'us-east-1') {
        throw refused(`The function must be in region 'us-east-1'. ARN: ${arn}`);
      }
      if (!/^\d+$/.test(version)) {
        throw refused(
          `The function ARN must reference a specific function version. (The ARN must end with the version number.) ARN: ${arn}`,
        );
      }
      if (events.has(EventType)) {
        throw refused(`The behavior has more than one function for the event ${EventType}.`);
      }
      events.add(EventType);
      if (IncludeBody && EventType?.endsWith('response')) {
        throw refused(`The body cannot be included for the event ${EventType}.`);
      }
    }
  }
}

const refused = (message: string) => new InvalidLambdaFunctionAssociation({ message, $metadata: {} });
