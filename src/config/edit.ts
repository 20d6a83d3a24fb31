// Changes slsctl.yml in place: comments and layout stay.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isMap, parseDocument } from 'yaml';

export interface EnvironmentEdit {
  /** Key under `functions:`. */
  function: string;
  /** With a stage its overlay is edited. */
  stage?: string;
  set?: Record<string, string>;
  unset?: readonly string[];
}

/** Writes environment variables of one function; the file is replaced in one step. */
export async function editEnvironment(file: string, edit: EnvironmentEdit): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'));
  const base = [...(edit.stage === undefined ? [] : ['stages', edit.stage]), 'functions', edit.function];
  if (!isMap(document.getIn(base))) document.setIn(base, document.createNode({}));
  const path = [...base, 'environment'];
  for (const [key, value] of Object.entries(edit.set ?? {})) document.setIn([...path, key], value);
  for (const key of edit.unset ?? []) document.deleteIn([...path, key]);
  const left = document.getIn(path);
  if (isMap(left) && left.items.length === 0) document.deleteIn(path);
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, document.toString({ lineWidth: 0 }));
  await rename(temporary, file);
}
