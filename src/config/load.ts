// slsctl.yml from disk to a Project: found, parsed, checked, staged, interpolated; every problem with its place.
import { access, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { badInput } from '../errors.ts';
import { interpolate } from './interpolate.ts';
import { nearest } from './nearest.ts';
import type { FunctionConfig, FunctionSettings, Project } from './project.ts';
import { type ConfigFile, type FunctionFile, fileSchema, knownKeys, type StageFile } from './schema.ts';

export const configName = 'slsctl.yml';

export interface LoadOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** `--config`. */
  file?: string;
  stage?: string;
  region?: string;
  /** Taken instead of the content of the file: an edit, checked before it is written. */
  source?: string;
}

/** The file that `-c` names, or slsctl.yml here or in the nearest parent; undefined: there is none. */
export async function findConfig(cwd: string, file?: string): Promise<string | undefined> {
  if (file) return resolve(cwd, file);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, configName);
    if (
      await access(candidate).then(
        () => true,
        () => false,
      )
    )
      return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Rejects with a UserError (exit 2) that names file, line, field, what was given and what is allowed. */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const { cwd, env } = options;
  const file = await findConfig(cwd, options.file);
  if (!file) {
    throw badInput(`there is no ${configName} in ${cwd} or a folder above it`, { next: 'slsctl init' });
  }
  const source =
    options.source ??
    (await readFile(file, 'utf8').catch((cause) => {
      throw badInput(`${relative(cwd, file) || file} cannot be read`, {
        reason: (cause as Error).message,
        cause,
      });
    }));
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const problems = new Problems(relative(cwd, file) || file, document, lines);
  for (const error of document.errors)
    problems.addAt(error.pos[0], error.message.split('\n')[0]!.replace(/ at line .*/, ''));
  problems.throwIfAny();

  const raw = interpolate(
    document.toJS() as unknown,
    { stage: options.stage, region: options.region, env },
    (path, message) => problems.add(path, message),
  );
  problems.throwIfAny();
  const checked = fileSchema.safeParse(raw ?? {});
  if (!checked.success) {
    for (const issue of checked.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) problems.add([...issue.path, key], unknownKey(issue.path, key));
      } else if ('params' in issue && issue.params?.sentence) {
        problems.add(issue.path, `${dotted(issue.path)} ${issue.message}`);
      } else {
        problems.add(
          issue.path,
          `${dotted(issue.path)} is ${given(raw, issue.path)}; allowed: ${issue.message}`,
        );
      }
    }
    problems.throwIfAny();
  }
  return toProject(checked.data as ConfigFile, { ...options, file, problems });
}

interface Target extends LoadOptions {
  file: string;
  problems: Problems;
}

function toProject(config: ConfigFile, { file, stage, problems }: Target): Project {
  const { stages } = config;
  checkStage(stage, stages);
  const overlay: StageFile = (stage !== undefined && stages?.[stage]) || {};
  const merged = merge({ ...config, stages: undefined }, overlay) as ConfigFile;
  const dir = dirname(file);
  const functions = Object.entries(merged.functions ?? {}).map(([key, declared]) => {
    const fields = merge(
      merge({ timeout: 30, memorySize: 256, logRetentionInDays: 14 }, merged.defaults ?? {}),
      declared,
    ) as FunctionFile;
    const name = stage === undefined ? key : `${key}-${stage}`;
    if (name.length > 64)
      problems.add(
        ['functions', key],
        `functions.${key} makes the name ${name}; allowed: at most 64 characters`,
      );
    for (const field of ['runtime', 'handler'] as const) {
      if (fields[field] === undefined)
        problems.add(['functions', key], `functions.${key}.${field} is missing`);
    }
    return toFunction(key, name, fields, dir);
  });
  if (functions.length === 0)
    problems.add(['functions'], 'functions is empty; allowed: at least one function');
  problems.throwIfAny();
  return {
    file,
    dir,
    name: merged.project,
    stage,
    region: merged.region,
    allowedAccounts: merged.allowedAccounts ?? [],
    functions,
  };
}

/** With `stages:` in the file only those exist; without, a stage is nothing but names of its own. */
function checkStage(stage: string | undefined, stages: ConfigFile['stages']): void {
  if (stage === undefined) return;
  const allowed = stages
    ? Object.keys(stages).join(', ')
    : /^[a-zA-Z0-9-_]{1,64}$/.test(stage)
      ? undefined
      : 'letters, digits, - and _, at most 64';
  if (allowed === undefined || (stages && stage in stages)) return;
  throw badInput(`--stage is ${JSON.stringify(stage)}; allowed: ${allowed}`);
}

function toFunction(key: string, name: string, fields: FunctionFile, dir: string): FunctionConfig {
  const {
    code,
    role,
    policies,
    statements,
    permissionsBoundary,
    tags,
    logRetentionInDays,
    environment,
    ephemeralStorage,
    kmsKeyArn,
    ...rest
  } = fields;
  const where = typeof code === 'string' ? { path: code } : (code ?? {});
  const settings = {
    ...(apiNames(rest) as object),
    ...(environment && {
      Environment: {
        Variables: Object.fromEntries(
          Object.entries(environment).map(([variable, value]) => [variable, String(value)]),
        ),
      },
    }),
    ...(ephemeralStorage !== undefined && {
      EphemeralStorage: {
        Size: typeof ephemeralStorage === 'number' ? ephemeralStorage : ephemeralStorage.size,
      },
    }),
    ...(kmsKeyArn && { KMSKeyArn: kmsKeyArn }),
  } as FunctionSettings;
  return {
    key,
    name,
    settings,
    code: {
      path: resolve(dir, where.path ?? '.'),
      include: where.include ?? [],
      exclude: where.exclude ?? [],
    },
    role,
    policies: policies ?? [],
    statements: statements ?? [],
    permissionsBoundary,
    tags: tags ?? {},
    logRetentionInDays: logRetentionInDays === 'never' ? undefined : logRetentionInDays,
  };
}

/** `memorySize` → `MemorySize`, at every level. */
function apiNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiNames);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key[0]!.toUpperCase() + key.slice(1), apiNames(item)]),
  );
}

/** Maps are merged, everything else is replaced. */
function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isMap(base) || !isMap(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(base[key], value);
  return merged;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = knownKeys(path);
  const guess = nearest(key, known);
  const hint = guess
    ? `did you mean ${guess}?`
    : known.length > 0
      ? `allowed: ${known.join(', ')}`
      : 'leave it out';
  return `${dotted([...path, key])} is not known; ${hint}`;
}

function given(raw: unknown, path: readonly PropertyKey[]): string {
  // Values of environment variables may be secrets.
  if (path.at(-2) === 'environment') return '***';
  const value = path.reduce(
    (node: unknown, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key],
    raw,
  );
  const shown = JSON.stringify(value) ?? 'missing';
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || configName;
}

/** All that is wrong with the file, each with line and column. */
class Problems {
  private readonly found: string[] = [];
  private readonly file: string;
  private readonly document: Document;
  private readonly lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter) {
    this.file = file;
    this.document = document;
    this.lines = lines;
  }

  add(path: readonly PropertyKey[], message: string): void {
    // What is missing has no place of its own: its parent has.
    for (let length = path.length; length > 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true) as
        | { range?: [number, number, number] | null }
        | undefined;
      if (node?.range) {
        this.addAt(node.range[0], message);
        return;
      }
    }
    this.found.push(`${this.file}: ${message}`);
  }

  addAt(offset: number, message: string): void {
    const { line, col } = this.lines.linePos(offset);
    this.found.push(`${this.file}:${line}:${col}: ${message}`);
  }

  throwIfAny(): void {
    if (this.found.length > 0) throw badInput(this.found.join('\n'));
  }
}
