// Finds the line of slsctl.yml that gives a resource its name.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Aws } from '../../aws/aws.ts';
import type { Project } from '../../config/project.ts';
import { YamlText } from '../../config/text/yaml.ts';
import { sectionOf } from '../../config/things/kinds.ts';
import { thingName } from '../../config/things/names.ts';
import type { Context } from '../../context.ts';
import type { Resource } from '../../engine/resource.ts';
import { layerName, roleName } from '../../resources/names.ts';

/** `slsctl.yml:10`; undefined: the file does not name it. */
export async function placeOf(context: Context, resource: Resource): Promise<string | undefined> {
  const project = await context.project();
  const aws = await context.awsForProject();
  const key = thingKey(project, aws, resource) ?? keyOf(project, aws.region, resource);
  if (!key) return undefined;
  const yaml = new YamlText(await readFile(project.file, 'utf8'));
  const inStage = project.overlay === undefined ? [] : ['stages', project.overlay];
  const offset = yaml.keyOf(key) ?? yaml.keyOf([...inStage, ...key]);
  const shown = relative(context.cwd, project.file) || project.file;
  return offset === undefined ? shown : `${shown}:${yaml.lineOf(offset).line}`;
}

/** The section of a queue, topic, bucket, table or stream, and its key. */
function thingKey(project: Project, aws: Aws, { kind, name }: Resource): string[] | undefined {
  const thing = project.things.find((one) => one.kind === kind && thingName(one, project, aws) === name);
  return thing && [sectionOf[thing.kind], thing.key];
}

/** `functions`, `layers` and the key below. */
function keyOf(
  project: Project,
  region: string,
  { kind, name, partOf, boundTo }: Resource,
): string[] | undefined {
  if (kind === 'layer') {
    const layer = project.layers.find(({ key }) => layerName(project.name, key, project.stage) === name);
    return layer && ['layers', layer.key];
  }
  const host = (partOf ?? boundTo)?.name ?? name;
  const config = project.functions.find((one) => one.name === host || roleName(one.name, region) === host);
  return config && ['functions', config.key];
}
