// The context that a command runs in: project, AWS, user interface, signal. It replaces globals.
import type { Aws } from './aws/aws.ts';
import type { Target } from './aws/target.ts';
import type { Project, ProjectPlace } from './config/project.ts';
import { namesAccount } from './config/things/triggers.ts';
import type { Input } from './host.ts';
import type { Secrets } from './secrets/secrets.ts';
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
  /** Names that the user gave with --confirm. */
  confirm?: string[];
  showValues?: boolean;
}

export interface Context {
  readonly options: GlobalOptions;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Input;
  readonly ui: Ui;
  /** Values that nothing shows. */
  readonly secrets: Secrets;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs another command line, as a user would in that folder and environment; resolves with its output. */
  slsctl(args: string[], place: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Ran>;
  /** slsctl.yml, loaded once; rejects with a UserError (exit 2) when it is missing or wrong. */
  project(): Promise<Project>;
  /** Where the project goes, also when no stage is named; undefined: there is no slsctl.yml. For commands that need no stage. */
  place(): Promise<ProjectPlace | undefined>;
  /**
   * The project with `${account}`, `${ssm:…}` and `${secret:…}` replaced, in the entries of `functions` (names; none:
   * all functions). AWS is asked once for each placeholder. `source`: use this text instead of the file's.
   */
  resolvedProject(wanted?: { functions?: readonly string[]; source?: string }): Promise<Project>;
  /** The region of the run. Needs no credentials. */
  region(): Promise<string>;
  /** The AWS that the options name; created once. With --local the server is started first. */
  aws(): Promise<Aws>;
  /** The same for the project's resources: it knows its account, when names and ARNs of the project have it in them. */
  awsForProject(): Promise<Aws>;
  /**
   * Account, region, stage and endpoint that the calls go to; found once. Call it beside other calls, since it may ask STS.
   */
  target(): Promise<Target>;
  /** A second client of the same AWS that Ctrl-C does not abort, for cleaning up after Ctrl-C. */
  awsAfterInterrupt(): Promise<Aws>;
  /** Called after every command, failed ones too: gives the ui the target for its JSON document, if AWS was used. */
  targetTold(): Promise<void>;
  /** Called after a command that succeeded: saves caches that make the next command faster. */
  ended(): Promise<void>;
  /** Called after every command: closes the connections that are kept open. */
  close(): void;
}

/** The result of a command line. */
export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Address and keys by which a client reaches the local AWS. */
export interface LocalAccess {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface ContextParts
  extends Pick<Context, 'options' | 'cwd' | 'env' | 'stdin' | 'ui' | 'secrets' | 'signal' | 'slsctl'> {
  /** Starts the local AWS unless it runs already. */
  startLocal(context: Context): Promise<LocalAccess>;
}

export function createContext({ startLocal, ...parts }: ContextParts): Context {
  const { options, cwd, env, signal } = parts;
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };
  const notes: (() => Promise<void>)[] = [];
  const load = async (source?: string, values?: ReadonlyMap<string, string>) => {
    const { loadProject } = await import('./config/load.ts');
    const { config: file, stage, region } = options;
    return loadProject({
      cwd,
      env,
      file,
      stage,
      region,
      source,
      values,
      secrets: parts.secrets,
      onPassed: (note) => notes.push(note),
    });
  };
  const answers = new Map<string, Promise<string>>();
  const open: Aws[] = [];
  let told: Promise<void> | undefined;
  const withoutAccount = once(() => makeAws(signal));
  const context: Context = {
    ...parts,
    project: once(() => load()),
    place: once(async () => {
      const [{ findConfig }, { NoStageNamed }] = await Promise.all([
        import('./config/find.ts'),
        import('./config/stage.ts'),
      ]);
      if (!(await findConfig(cwd, options.config))) return undefined;
      try {
        return await context.project();
      } catch (error) {
        if (!(error instanceof NoStageNamed)) throw error;
        const { unstagedPlace } = await import('./config/unstaged.ts');
        return unstagedPlace({ cwd, env, file: options.config, region: options.region });
      }
    }),
    async resolvedProject({ functions, source } = {}) {
      let project = await (source === undefined ? context.project() : load(source));
      const values = new Map<string, string>();
      // A reference inside another one is answered first: then the outer one is known.
      while (project.references.length > 0) {
        const { valuesOf } = await import('./config/references.ts');
        const answered = await valuesOf(project, await context.aws(), answers, functions);
        if ([...answered.keys()].every((expression) => values.has(expression))) break;
        for (const [expression, value] of answered) {
          values.set(expression, value);
          if (expression.startsWith('secret:')) parts.secrets.add(value);
        }
        project = await load(source, values);
      }
      return project;
    },
    region: async () => (await withoutAccount()).region,
    aws: once(async () => {
      const aws = await withoutAccount();
      await knowAccount(aws);
      // Asked beside the calls of the command, so that its answer needs not wait.
      if (parts.ui.json) told = context.target().then(parts.ui.goesTo, () => {});
      return aws;
    }),
    async awsForProject() {
      const [aws, project] = await Promise.all([context.aws(), context.project()]);
      if (namesAccount(project)) await aws.knowAccount();
      return aws;
    },
    target: once(async () => {
      const [aws, { findTarget }] = await Promise.all([context.aws(), import('./aws/target.ts')]);
      const stage = (await context.place())?.stage;
      return findTarget(aws, { local: options.local, stage });
    }),
    async awsAfterInterrupt() {
      const aws = await makeAws();
      await knowAccount(aws);
      return aws;
    },
    async targetTold() {
      await told;
    },
    async ended() {
      for (const note of notes) await note();
    },
    close() {
      for (const aws of open) aws.close();
    },
  };
  return context;

  async function makeAws(signal?: AbortSignal): Promise<Aws> {
    const [{ createAws }, local] = await Promise.all([
      import('./aws/create.ts'),
      options.local ? startLocal(context) : undefined,
    ]);
    const project = await context.place();
    const configured = options.region ?? project?.region;
    const aws = await createAws({
      ...{ cwd, env },
      region: configured ?? (local ? (env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1') : undefined),
      profile: local ? undefined : options.profile,
      projectProfile: local ? undefined : project?.profile,
      endpoint: local?.endpoint ?? options.endpointUrl,
      credentials: local && { accessKeyId: local.accessKeyId, secretAccessKey: local.secretAccessKey },
      allowedAccounts: local ? [] : project?.allowedAccounts,
      explain: options.explain ? parts.ui.aside : undefined,
      showValues: options.showValues,
      secrets: parts.secrets,
      note: parts.ui.note,
      ask: parts.ui.interactive ? (question) => parts.ui.ask(question, '') : undefined,
      signal,
    });
    open.push(aws);
    return aws;
  }

  /** Names and ARNs of what a project makes for itself have the account in them. */
  async function knowAccount(aws: Aws): Promise<void> {
    const project = await context.place();
    if (project && namesAccount(project)) await aws.knowAccount();
  }
}
