// What Lambda@Edge takes of a function.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html
import type { FunctionConfig } from '../../../config/project.ts';

/** Seconds and MB for functions that run for viewers. */
const viewer = { timeout: 5, memory: 128 };
/** Seconds for functions that run for the origin. */
const longestForOrigin = 30;

/** Why CloudFront would refuse the function, as sentences that continue after its name. */
export function limitsFor(settings: FunctionConfig['settings'], eventType: string): string[] {
  const { Timeout, MemorySize, Environment, Architectures, VpcConfig, Layers, PackageType } = settings as {
    Timeout?: number;
    MemorySize?: number;
    Environment?: { Variables?: object };
    Architectures?: string[];
    VpcConfig?: { SubnetIds?: string[] };
    Layers?: unknown[];
    PackageType?: string;
  };
  const ofViewer = eventType.startsWith('viewer');
  const longest = ofViewer ? viewer.timeout : longestForOrigin;
  const found: [boolean, string][] = [
    [
      (Timeout ?? 0) > longest,
      `has a timeout of ${Timeout} s; a function for ${eventType} has at most ${longest}`,
    ],
    [
      ofViewer && (MemorySize ?? 0) > viewer.memory,
      `has ${MemorySize} MB of memory; a function for ${eventType} has ${viewer.memory}`,
    ],
    [
      Object.keys(Environment?.Variables ?? {}).length > 0,
      'has environment variables, which Lambda@Edge does not have',
    ],
    [Architectures?.includes('arm64') ?? false, 'is for arm64; Lambda@Edge runs x86_64'],
    [(VpcConfig?.SubnetIds?.length ?? 0) > 0, 'is in a VPC, where Lambda@Edge does not run'],
    [(Layers?.length ?? 0) > 0, 'has layers, which Lambda@Edge does not take'],
    [PackageType === 'Image', 'is a container image, which Lambda@Edge does not take'],
  ];
  return found.flatMap(([is, sentence]) => (is ? [sentence] : []));
}
