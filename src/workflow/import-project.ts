// `slsctl init --from-function`: a live function as a project, whose plan is empty.
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import type { Aws } from '../aws/aws.ts';
import { configName } from '../config/find.ts';
import { loadProject } from '../config/load.ts';
import type { Project } from '../config/project.ts';
import { renderConfig } from '../config/render.ts';
import type { Context } from '../context.ts';
import type { NextPart } from '../errors/next.ts';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { rememberImported } from '../packaging/imported-package.ts';
import type { Package } from '../packaging/package.ts';
import { unzip } from '../packaging/zip/unzip.ts';
import { type Imported, importFunction } from '../resources/function/import.ts';
import { functionPackage } from './function-package.ts';
import { keepSchema } from './keep-schema.ts';

export interface ImportArgs {
  dir?: string;
  fromFunction: string;
}

const codeFolder = 'src';

/** Writes slsctl.yml and the code. Rejects (exit 2) where one of them is already. */
export async function importProject(context: Context, args: ImportArgs): Promise<void> {
  const { ui, cwd } = context;
  const given = plainName(args.fromFunction);
  const dir = resolve(cwd, args.dir ?? '.');
  await refuseExisting(dir, given);
  const aws = await context.aws();
  const imported = await ui.step(`read function ${given}`, () => importFunction(aws, given));
  const { name, owner, leftOut } = imported;
  const zip =
    imported.code && (await ui.step(`download the code of ${name}`, () => download(context, aws, imported)));
  await mkdir(dir, { recursive: true });
  await keepSchema(dir);
  const { secrets, code } = await write(context, { dir, region: aws.region, imported, zip });
  if (zip) await ignoreBuilds(dir);

  const at = relative(cwd, dir) || '.';
  ui.print(`imported ${ui.style.bold(name)} into ${at}: ${[configName, code].filter(Boolean).join(', ')}`);
  for (const { field, reason } of leftOut) {
    ui.warn(`${field} is not in ${configName}, and stays as it is on AWS: ${reason}`);
  }
  if (secrets.length > 0) {
    ui.warn(
      `left out, since they look like secrets: ${secrets.join(', ')}; they stay as they are on AWS (--show-values writes them down)`,
    );
  }
  ui.answer({ dir, function: name, code, leftOut, secrets });
  const enter = dir === cwd ? '' : `cd ${at} && `;
  const staged = owner?.stage === undefined ? '' : ` --stage ${owner.stage}`;
  const take: NextPart[] = owner
    ? []
    : ['; ', { command: 'deploy --adopt', why: "makes it the project's own" }];
  ui.next([enter, { command: `plan${staged}` }, ...take]);
}

interface Writing {
  dir: string;
  region: string;
  imported: Imported;
  zip?: Uint8Array;
}

/** The code, slsctl.yml and what keeps its plan empty; nothing of them stays when one of them fails. */
async function write(
  context: Context,
  { dir, region, imported, zip }: Writing,
): Promise<{ code?: string; secrets: string[] }> {
  const { name, owner } = imported;
  const { fields, secrets } = withoutSecrets(imported.fields, context.options.showValues);
  const key = owner?.stage === undefined ? name : name.replace(new RegExp(`-${owner.stage}$`), '');
  const file = join(dir, configName);
  const save = async (code: unknown) => {
    const text = renderConfig({
      project: owner?.project ?? projectName(dir),
      region,
      key,
      fields: code === undefined ? fields : { ...inOrder(fields, code) },
      comments: { environment: secrets.length > 0 ? [secretsComment(secrets)] : [] },
    });
    await writeFile(file, text);
    const { cwd, env } = context;
    return loadProject({ cwd, env, file, stage: owner?.stage, region });
  };
  try {
    if (!zip) {
      await save(undefined);
      return { secrets };
    }
    const files = await unpack(context, dir, name, zip);
    if (!files) {
      await save(`${name}.zip`);
      return { code: `${name}.zip`, secrets };
    }
    let own = await make(context, await save(codeFolder), name);
    const packed = new Set(own.entries.map(({ path }) => path));
    const missing = files.filter((path) => !packed.has(path));
    if (missing.length > 0) {
      const code = { path: codeFolder, include: patterns(missing) };
      own = await make(context, await save(code), name);
    }
    await rememberImported(dir, name, own, zip);
    return { code: codeFolder, secrets };
  } catch (error) {
    const made = [file, join(dir, codeFolder), join(dir, `${name}.zip`)];
    await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
    throw error;
  }
}

async function make(context: Context, project: Project, name: string): Promise<Package> {
  const config = project.functions.find((one) => one.name === name);
  if (!config) throw new Error(`${name} is not in the project that was written`);
  return (await functionPackage(context, project, config)).zip;
}

/** After handler; what was installed into it is not installed again. */
function inOrder(fields: Record<string, unknown>, code: unknown): Record<string, unknown> {
  const { runtime, handler, ...rest } = fields;
  const zipped = typeof code === 'string' && code.endsWith('.zip');
  return { runtime, handler, code, ...(zipped ? {} : { dependencies: 'none' }), ...rest };
}

const secretName = /secret|passw|token|api_?key|private|credential|(^|_)(pwd|pass|auth|key)($|_)/i;

/** Without the variables whose names say that nobody should find them in a file. */
function withoutSecrets(
  fields: Record<string, unknown>,
  all?: boolean,
): { fields: Record<string, unknown>; secrets: string[] } {
  const variables = Object.entries((fields.environment ?? {}) as Record<string, string>);
  const secrets = all ? [] : variables.map(([key]) => key).filter((key) => secretName.test(key));
  const kept = variables.filter(([key]) => !secrets.includes(key));
  const environment = kept.length > 0 || secrets.length > 0 ? Object.fromEntries(kept) : undefined;
  return { fields: { ...fields, environment }, secrets };
}

function secretsComment(secrets: readonly string[]): string {
  return `Live and left out here: ${secrets.join(', ')}. To declare one: \${secret:NAME}, \${ssm:/NAME} or \${env:NAME}`;
}

/** Patterns of these very files, and of the folders above them, which may be left out as a whole. */
function patterns(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const parts = path.split('/');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(all)].map((path) => `/${path.replace(/[[\]*?!#\\ ]/g, '\\$&')}`);
}

function projectName(dir: string): string {
  return (
    basename(dir)
      .replace(/[^a-zA-Z0-9-_]+/g, '-')
      .slice(0, 40) || 'imported'
  );
}

/** A name or an ARN, without a version. */
function plainName(given: string): string {
  const arn = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:([\w-]+)$/.exec(given);
  if (arn) return given;
  if (/^[\w-]{1,64}$/.test(given)) return given;
  throw badInput(`--from-function is ${JSON.stringify(given)}; allowed: the name or ARN of a function`, {
    reason: 'what is imported is the function itself, not a version or alias of it',
  });
}

async function refuseExisting(dir: string, given: string): Promise<void> {
  const names = [configName, codeFolder, `${given.slice(given.lastIndexOf(':') + 1)}.zip`];
  const there = await Promise.all(
    names.map((name) =>
      access(join(dir, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const existing = names.filter((_, index) => there[index]);
  if (existing.length === 0) return;
  throw badInput(`${dir} has ${existing.join(', ')} already; nothing was written`, {
    next: { command: 'init another-folder --from-function NAME' },
  });
}

/** What slsctl keeps for itself is not for Git; the file may be the user's. */
async function ignoreBuilds(dir: string): Promise<void> {
  const file = join(dir, '.gitignore');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.split(/\r?\n/).includes('.slsctl/')) return;
  await writeFile(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.slsctl/\n`);
}

/** Milliseconds for at most 250 MB. */
const downloadLimit = 600_000;

/** The package, as it is live. Only AWS itself is asked for what lies on AWS. */
async function download({ signal }: Context, aws: Aws, { name, code }: Imported): Promise<Uint8Array> {
  const { location, sha256 } = code as NonNullable<Imported['code']>;
  const failed = (reason: string, cause?: unknown) =>
    new UserError(`the code of function ${name} cannot be downloaded`, exitCodes.failed, { reason, cause });
  const { hostname } = URL.canParse(location) ? new URL(location) : { hostname: '' };
  if (aws.endpoint && /(^|\.)amazonaws\.com(\.cn)?$/.test(hostname)) {
    throw failed(`${aws.endpoint} says that it is on ${hostname}, which is not asked`);
  }
  const fetched = async () => {
    const answer = await fetch(location, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(downloadLimit)]),
    });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : answer.status;
  };
  const content = await fetched().catch((cause: Error) => {
    signal.throwIfAborted();
    throw failed(cause.message, cause);
  });
  if (typeof content === 'number') throw failed(`HTTP ${content}`);
  if (sha256 && createHash('sha256').update(content).digest('base64') !== sha256) {
    throw failed('what came is not what AWS says the function has');
  }
  return content;
}

/** The files of the code, by path; undefined: it cannot be unpacked here, and is kept as a zip. */
async function unpack(
  { ui }: Context,
  dir: string,
  name: string,
  zip: Uint8Array,
): Promise<string[] | undefined> {
  const folder = join(dir, codeFolder);
  try {
    await mkdir(folder, { recursive: true });
    return await unzip(zip, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    ui.warn(`the code is kept as ${name}.zip: ${(error as Error).message}`);
    await writeFile(join(dir, `${name}.zip`), zip);
    return undefined;
  }
}
