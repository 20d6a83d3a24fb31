// The input that is common to all ways of building a package.

import type { Target } from './target.ts';
import type { BuildHost } from './tools.ts';

export interface Job {
  /** Physical name of the function. */
  name: string;
  /** Folder of the project. */
  dir: string;
  target: Target;
  host: BuildHost;
}
