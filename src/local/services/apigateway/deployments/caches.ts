// The cache cluster of a stage: it is kept, and never caches.
import type { Stage } from '@aws-sdk/client-api-gateway';

export const cacheOf = (
  enabled: boolean,
  size: Stage['cacheClusterSize'],
): Pick<Stage, 'cacheClusterEnabled' | 'cacheClusterSize' | 'cacheClusterStatus'> => ({
  cacheClusterEnabled: enabled,
  cacheClusterSize: size ?? (enabled ? '0.5' : undefined),
  cacheClusterStatus: enabled ? 'AVAILABLE' : 'NOT_AVAILABLE',
});
