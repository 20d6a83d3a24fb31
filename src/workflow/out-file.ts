// Checks the path of `--out`: it may be new or an existing zip, but no other file is overwritten.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { FunctionConfig, Project } from '../config/project.ts';
import { badInput } from '../errors/user-error.ts';

/**
 * Absolute path for the value of `--out`. Rejects with a UserError (exit 2) when the zip would replace a file that is not
 * a zip, or cannot be written there.
 */
export async function outFile(
  out: string,
  { cwd, project, target }: { cwd: string; project: Project; target: FunctionConfig },
): Promise<string> {
  if (out.trim() === '')
    throw badInput('--out is empty; allowed: the path of a zip', { next: '--out one.zip' });
  if (out === '-') {
    throw badInput('--out is -, and the zip is not written to stdout', {
      next: '--out one.zip; or --out ./- for a file of that name',
    });
  }
  const file = resolve(cwd, out);
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) {
    throw badInput(`--out ${out} is a folder; allowed: the path of a zip`, {
      next: `--out ${join(out, `${target.name}.zip`)}`,
    });
  }
  if (there && !there.isFile()) throw badInput(`--out ${out} is neither a file nor a folder`, elsewhere);
  if (there && !(await isZip(file))) throw badInput(`--out ${out} exists and is not a zip`, elsewhere);
  if (!there) await checkFolder(out, /[\\/]$/.test(out) ? file : dirname(file), cwd);
  const owner = project.functions.find(({ code, name }) => code.path === file && name !== target.name);
  if (owner) throw badInput(`--out ${out} is the code of ${owner.name}`, elsewhere);
  return file;
}

const elsewhere = { next: 'name another file, or remove this one first' };

async function checkFolder(out: string, folder: string, cwd: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory()) return;
  const shown = relative(cwd, folder);
  throw badInput(`--out ${out}: ${there ? `${shown} is not a folder` : `there is no folder ${shown}`}`, {
    next: there ? 'name another folder' : 'create the folder first, or name another one',
  });
}

/** Looks at the first bytes; an empty zip starts with `PK` as well. */
async function isZip(path: string): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return [0x504b0304, 0x504b0506].includes(buffer.readUInt32BE(0));
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}
