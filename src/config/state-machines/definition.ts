// Reads the definition of a state machine: a file beside slsctl.yml, or the map in it.
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Problems } from '../text/problems.ts';
import { YamlText } from '../text/yaml.ts';

type Map = Record<string, unknown>;

/** The file of a definition, for the lines of problems. */
export interface DefinitionFile {
  /** As users name it. */
  readonly shown: string;
  readonly yaml: YamlText;
}

/** By the path of the field: `stateMachines.orders.definition`. */
export type DefinitionFiles = ReadonlyMap<string, DefinitionFile>;

/** Replaces references in a value. Problems are told by the path in the value. */
export type Fill = (
  value: unknown,
  place: readonly string[],
  told: (path: readonly PropertyKey[], message: string) => void,
) => unknown;

/**
 * Puts the content of each definition file in its place: as JSON, since texts of a stage replace those of the file, and
 * maps are merged. Problems with files go to `problems`.
 */
export async function withDefinitions(
  written: unknown,
  {
    file,
    overlay,
    problems,
    fill,
  }: { file: string; overlay: string | undefined; problems: Problems; fill: Fill },
): Promise<DefinitionFiles> {
  const files = new Map<string, DefinitionFile>();
  const roots = [[], ...(overlay === undefined ? [] : [['stages', overlay]])];
  for (const root of roots) {
    const machines = mapAt(written, [...root, 'stateMachines']);
    for (const [key, machine] of Object.entries(machines ?? {})) {
      const { definition } = (machine ?? {}) as { definition?: unknown };
      if (typeof definition !== 'string') continue;
      const place = [...root, 'stateMachines', key, 'definition'];
      const path = resolve(dirname(file), definition);
      const shown = relative(dirname(file), path) || definition;
      const text = await read(path, (reason) =>
        problems.add(place, `${place.join('.')} is ${definition}, which ${reason}`),
      );
      if (text === undefined) continue;
      const yaml = new YamlText(text);
      files.set(`stateMachines.${key}.definition`, { shown, yaml });
      for (const { offset, message } of yaml.problems) {
        const { line, col } = yaml.lineOf(offset);
        problems.addElsewhere(`${shown}:${line}:${col}`, message);
      }
      if (yaml.problems.length > 0) continue;
      const filled = fill(yaml.value, place, (within, message) => {
        problems.addElsewhere(lineOf({ shown, yaml }, within), message);
      });
      (machine as Map).definition = JSON.stringify(filled);
    }
  }
  return files;
}

/** `orders.asl.json:7:5`: the place of a value in a definition file, or of what is around it. */
export function lineOf({ shown, yaml }: DefinitionFile, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length--) {
    const offset = yaml.placeOf(path.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = yaml.lineOf(offset);
    return `${shown}:${line}:${col}`;
  }
  return shown;
}

function mapAt(value: unknown, path: readonly string[]): Map | undefined {
  let found = value;
  for (const key of path) found = (found as Map | null | undefined)?.[key];
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Map) : undefined;
}

async function read(path: string, refuse: (reason: string) => void): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    refuse(code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`);
    return undefined;
  }
}

/** The definition as a map; undefined: it is none. */
export function definitionOf(written: unknown): Map | undefined {
  if (typeof written !== 'string')
    return typeof written === 'object' && written !== null ? (written as Map) : undefined;
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Map) : undefined;
  } catch {
    return undefined;
  }
}
