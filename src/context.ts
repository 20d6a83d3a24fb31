// What a command gets. There are no globals: tests build one of these and call the command.
import type { Aws } from './aws/aws.ts';
import type { Project } from './config/project.ts';
import type { Ui } from './ui/ui.ts';

export interface GlobalOptions {
  config?: string;
  stage?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
  local?: boolean;
  output: 'text' | 'json';
  explain?: boolean;
  verbose?: boolean;
  quiet?: boolean;
  color?: boolean;
  yes?: boolean;
  showValues?: boolean;
}

export interface Context {
  readonly options: GlobalOptions;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly ui: Ui;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** slsctl.yml, loaded once; rejects with a UserError (exit 2) when it is missing or wrong. */
  project(): Promise<Project>;
  /** The AWS that the options name, made once; with --local the server is started first. */
  aws(): Promise<Aws>;
}
