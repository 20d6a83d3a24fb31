// Reads slsctl.yml from disk and parses it.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { badInput } from '../errors/user-error.ts';
import { configName, findConfig } from './find.ts';
import { Problems } from './text/problems.ts';
import { YamlText } from './text/yaml.ts';

export interface SourceOptions {
  cwd: string;
  /** `--config`. */
  file?: string;
  /** Used instead of the file's content, to check an edit before it is written. */
  source?: string;
}

export interface Source {
  /** Absolute path. */
  file: string;
  text: string;
  yaml: YamlText;
  problems: Problems;
}

/** Rejects with a UserError (exit 2) when there is no file, or when it is not YAML. */
export async function readSource({ cwd, ...options }: SourceOptions): Promise<Source> {
  const file = await findConfig(cwd, options.file);
  if (!file) {
    throw badInput(`there is no ${configName} in ${cwd} or a folder above it`, { next: 'slsctl init' });
  }
  const shown = relative(cwd, file) || file;
  const onDisk = await readFile(file, 'utf8').catch((cause) => {
    if (options.source !== undefined) return options.source;
    throw badInput(`${shown} cannot be read`, { reason: (cause as Error).message, cause });
  });
  const text = options.source ?? onDisk;
  const yaml = new YamlText(text);
  const problems = new Problems(shown, yaml, text === onDisk ? yaml : new YamlText(onDisk));
  problems.addYaml();
  problems.throwIfAny();
  return { file, text, yaml, problems };
}
