// The members that CloudFront adds to a configuration.
import type { CacheBehavior, DefaultCacheBehavior, DistributionConfig } from '@aws-sdk/client-cloudfront';

type Behavior = CacheBehavior | DefaultCacheBehavior;

const none = { Quantity: 0 };

/** Everything that a request may leave out has a value in the answer. */
export function withDefaults(config: DistributionConfig): DistributionConfig {
  const { CacheBehaviors, DefaultCacheBehavior: main, Origins } = config;
  return {
    ...config,
    Aliases: config.Aliases ?? none,
    DefaultRootObject: config.DefaultRootObject ?? '',
    Origins: {
      ...Origins,
      Quantity: Origins?.Items?.length ?? 0,
      Items: (Origins?.Items ?? []).map((origin) => ({
        OriginPath: '',
        CustomHeaders: none,
        ConnectionAttempts: 3,
        ConnectionTimeout: 10,
        OriginShield: { Enabled: false },
        OriginAccessControlId: '',
        ...origin,
      })),
    },
    OriginGroups: config.OriginGroups ?? none,
    DefaultCacheBehavior: behavior(main as DefaultCacheBehavior),
    CacheBehaviors: CacheBehaviors?.Items?.length
      ? { Quantity: CacheBehaviors.Items.length, Items: CacheBehaviors.Items.map((one) => behavior(one)) }
      : none,
    CustomErrorResponses: config.CustomErrorResponses ?? none,
    Comment: config.Comment ?? '',
    Logging: config.Logging ?? { Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '' },
    PriceClass: config.PriceClass ?? 'PriceClass_All',
    Enabled: config.Enabled ?? false,
    ViewerCertificate: config.ViewerCertificate ?? {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: 'vip',
      MinimumProtocolVersion: 'TLSv1',
      CertificateSource: 'cloudfront',
    },
    Restrictions: config.Restrictions ?? { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: config.WebACLId ?? '',
    HttpVersion: config.HttpVersion ?? 'http2',
    IsIPV6Enabled: config.IsIPV6Enabled ?? false,
    ContinuousDeploymentPolicyId: config.ContinuousDeploymentPolicyId ?? '',
    Staging: config.Staging ?? false,
  };
}

function behavior<Kind extends Behavior>(given: Kind): Kind {
  return {
    ...given,
    TrustedSigners: given.TrustedSigners ?? { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: given.TrustedKeyGroups ?? { Enabled: false, Quantity: 0 },
    AllowedMethods: given.AllowedMethods ?? {
      Quantity: 2,
      Items: ['HEAD', 'GET'],
      CachedMethods: { Quantity: 2, Items: ['HEAD', 'GET'] },
    },
    SmoothStreaming: given.SmoothStreaming ?? false,
    Compress: given.Compress ?? false,
    LambdaFunctionAssociations: given.LambdaFunctionAssociations ?? none,
    FunctionAssociations: given.FunctionAssociations ?? none,
    FieldLevelEncryptionId: given.FieldLevelEncryptionId ?? '',
  };
}
