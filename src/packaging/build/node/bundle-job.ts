// What the steps of making a bundle share.
import type { BuildResult } from 'esbuild';
import type { BundleConfig } from '../../../config/project.ts';
import type { Job } from '../job.ts';

export interface BundleJob extends Job {
  /** Absolute path of the code folder. */
  code: string;
  handler: string;
  config: BundleConfig;
  /** The function has layers, and packages may be in one of them. */
  hasLayers: boolean;
}

export type Bundle = BuildResult<{ metafile: true; write: false }>;
