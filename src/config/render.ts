// Writes the text of a new slsctl.yml for a live function that is imported.
import { Document, isMap, isPair, isScalar, type Node } from 'yaml';
import { schemaComment } from './schema-file.ts';

export interface NewConfig {
  project: string;
  region: string;
  /** Lines above everything. */
  header?: readonly string[];
  /** Key under `functions:`. */
  key: string;
  /** Fields of the function; undefined ones are left out. */
  fields: Readonly<Record<string, unknown>>;
  /** Lines above a field, by its name. */
  comments?: Readonly<Record<string, readonly string[]>>;
}

export function renderConfig({
  project,
  region,
  header = [],
  key,
  fields,
  comments = {},
}: NewConfig): string {
  const declaredFields = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  const document = new Document({
    ...{ project, region },
    functions: { [key]: declaredFields },
  });
  document.commentBefore = [schemaComment, ...header].map((line) => ` ${line}`).join('\n');
  const functionNode = document.getIn(['functions', key], true) as Node;
  for (const pair of isMap(functionNode) ? functionNode.items : []) {
    if (!isPair(pair) || !isScalar(pair.key)) continue;
    const lines = comments[String(pair.key.value)];
    if (lines) pair.key.commentBefore = lines.map((line) => ` ${line}`).join('\n');
  }
  return document.toString({ lineWidth: 110 });
}
