// What every way to build a package is told.

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
