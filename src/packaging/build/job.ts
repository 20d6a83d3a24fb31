// What every way to build a package is told.
import type { Host } from './program.ts';
import type { Target } from './target.ts';

export interface Job {
  /** Physical name of the function. */
  name: string;
  /** Folder of the project. */
  dir: string;
  target: Target;
  host: Host;
}
