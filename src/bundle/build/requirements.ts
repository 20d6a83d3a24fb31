// What a requirements file depends on: its own text, the files it includes, and wheels that lie beside it.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput } from '../../errors.ts';

export interface Requirements {
  /** Digests by absolute path: two files with the same give the same dependencies. */
  inputs: Record<string, string>;
  /** Nothing in it asks for anything. */
  empty: boolean;
}

/** Rejects with a UserError (exit 2) when the file or one that it includes cannot be read. */
export async function readRequirements(file: string): Promise<Requirements> {
  const found: Requirements = { inputs: {}, empty: true };
  await read(file, found);
  return found;
}

async function read(file: string, found: Requirements, includedBy?: string): Promise<void> {
  if (file in found.inputs) return;
  const text = await readFile(file, 'utf8').catch((cause) => {
    const included = includedBy === undefined ? '' : `, which ${includedBy} includes,`;
    throw badInput(`${file}${included} cannot be read`, { reason: (cause as Error).message, cause });
  });
  found.inputs[file] = digest(text);
  for (const line of logicalLines(text)) {
    const [, option = '', value = ''] =
      /^(-r|--requirement|-c|--constraint)[\s=]*(.*)$/.exec(line) ?? ([] as string[]);
    if (option === '') {
      if (isRequirement(line)) found.empty = false;
      await addLocal(line, dirname(file), found);
    } else if (!/^https?:/.test(value)) {
      await read(resolve(dirname(file), value.replace(/^(["'])(.*)\1$/, '$2')), found, file);
    } else if (option.startsWith('-r') || option === '--requirement') found.empty = false;
  }
}

/** Lines with what a backslash continues, without comments. */
function logicalLines(text: string): string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

function isRequirement(line: string): boolean {
  return !line.startsWith('-') || /^(-e|--editable)\b/.test(line);
}

/** Wheels and folders of wheels that the line names by path: they can change without the line. */
async function addLocal(line: string, folder: string, found: Requirements): Promise<void> {
  const named = /^(?:-f|--find-links|-e|--editable)[\s=]*(\S+)/.exec(line)?.[1] ?? line.split(/\s*;|\s/)[0];
  const url = /file:\S+/.exec(line)?.[0];
  const path = url ? pathOfUrl(url) : named && resolve(folder, named);
  const facts = path && (await stat(path).catch(() => undefined));
  if (!facts || !path) return;
  if (facts.isFile()) {
    found.inputs[path] = digest(await readFile(path));
    return;
  }
  for (const name of (await readdir(path)).sort()) {
    const { size, mtimeMs } = await stat(join(path, name));
    found.inputs[join(path, name)] = `${size} ${mtimeMs}`;
  }
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
