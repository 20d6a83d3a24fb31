// Loads slsctl.yml: finds, parses, interpolates and checks it, merges the stage, and reports each problem with its place.
import { dirname } from 'node:path';
import { apiProblems } from './apis/problems.ts';
import { notePassed, textsIfPassed } from './checked-files.ts';
import { interpolate } from './interpolate.ts';
import { type LayersFile, layerProblems, toLayers, withoutLayers } from './layers.ts';
import { originOf } from './origin/origin.ts';
import { dotted, placeKey, valueAt } from './paths.ts';
import type { FunctionConfig, Project, Reference, Stage } from './project.ts';
import { ownDefaults } from './schema/field-names.ts';
import type { ConfigFile, StageFile } from './schema/file.ts';
import type { FunctionFile } from './schema/function.ts';
import { problemsOf, toFunction } from './settings.ts';
import { readSource, type SourceOptions } from './source.ts';
import { chooseStage } from './stage.ts';
import { definitionProblems } from './state-machines/check.ts';
import {
  type DefinitionFiles,
  definitionOf,
  type Fill,
  lineOf,
  withDefinitions,
} from './state-machines/definition.ts';
import type { Problems } from './text/problems.ts';
import { type NotedSecrets, noteValues } from './text/secret-values.ts';
import type { Literal } from './text/yaml.ts';
import { declaredThings, withDefaults } from './things/declared.ts';
import type { ThingConfig } from './things/kinds.ts';
import { toLinks } from './things/links.ts';
import { referenceProblems, thingProblems } from './things/problems.ts';

export interface LoadOptions extends SourceOptions {
  env: NodeJS.ProcessEnv;
  /** `--stage`. Without it, `SLSCTL_STAGE` and `defaultStage:` name the stage. */
  stage?: string;
  region?: string;
  /** Values from AWS for `${account}`, `${ssm:…}` and `${secret:…}`, by expression. */
  values?: ReadonlyMap<string, string>;
  /** Gets the values of environment variables, before anything is reported about the file. */
  secrets?: NotedSecrets;
  /** Called with a function that notes that the file has passed the checks. */
  onPassed?(note: () => Promise<void>): void;
}

/** Rejects with a UserError (exit 2) that gives file, line, field, value and allowed values. */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const { env, values, secrets } = options;
  const { file, text, yaml, problems } = await readSource(options);
  const origin = originOf(file, env);
  if (secrets) noteValues(yaml.value, yaml.literals, secrets, (text) => text.includes('${'));
  const stage = chooseStage(options, yaml, problems);
  const sources = { stage, region: options.region || regionIn(yaml.value, stage, env), env, values, secrets };
  const { value: raw, references } = interpolate(yaml.value, sources, (path, message) =>
    problems.add(path, `${dotted(path)}: ${message}`),
  );
  problems.throwIfAny();
  const unknown = new Set(references.map(({ path }) => placeKey(path)));
  if (secrets) noteValues(raw, [], secrets, (_, path) => unknown.has(placeKey(path)));
  const passed = await textsIfPassed(dirname(file), text);
  const texts = passed ?? (await import('./schema/texts.ts')).textsAmong(yaml.literals);
  const written = withTexts(raw, texts, yaml.literals);
  if (!passed) {
    const { shapeProblems } = await import('./schema/shape.ts');
    for (const { path, message } of shapeProblems(written, references, yaml.literals)) {
      problems.add(path, message);
    }
    problems.throwIfAny();
    options.onPassed?.(() => notePassed(dirname(file), text, texts));
  }
  const fill: Fill = (value, place, told) => {
    const filled = interpolate(nested(value, place), sources, (path, message) => {
      const within = path.slice(place.length);
      told(within, `${dotted(within)}: ${message}`);
    });
    references.push(...filled.references);
    return valueAt(filled.value, place);
  };
  const definitions = await withDefinitions(written, { file, overlay: stage.overlay, problems, fill });
  problems.throwIfAny();
  const target = { file, stage, problems, references, definitions };
  const project = toProject((written ?? {}) as ConfigFile, target);
  return { ...project, origin: await origin, references };
}

/** The data with these literals as they are written: a field that takes text gets `1.10`, and not 1.1. */
function withTexts(raw: unknown, texts: readonly string[], literals: readonly Literal[]): unknown {
  if (texts.length === 0) return raw;
  const keys = new Set(texts);
  for (const { path, text } of literals) {
    if (!keys.has(placeKey(path))) continue;
    const parent = valueAt(raw, path.slice(0, -1)) as Record<PropertyKey, unknown>;
    parent[path.at(-1) as PropertyKey] = text;
  }
  return raw;
}

/** The region that the file sets. */
function regionIn(written: unknown, stage: Stage, env: NodeJS.ProcessEnv): string | undefined {
  const { overlay } = stage;
  const stageRegion = overlay === undefined ? undefined : valueAt(written, ['stages', overlay, 'region']);
  const region = interpolate(stageRegion ?? valueAt(written, ['region']), { stage, env }, () => {}).value;
  return typeof region === 'string' && !region.includes('${') ? region : undefined;
}

interface Target {
  file: string;
  stage: Stage;
  problems: Problems;
  references: readonly Reference[];
  definitions: DefinitionFiles;
}

function toProject(
  config: ConfigFile,
  { file, stage: { name: stage, overlay: overlayKey }, problems, references, definitions }: Target,
): Omit<Project, 'references' | 'origin'> {
  const { stages } = config;
  const overlay: StageFile = (overlayKey !== undefined && stages?.[overlayKey]) || {};
  const merged = merge({ ...config, stages: undefined }, overlay) as ConfigFile;
  const dir = dirname(file);
  const declaredLayers: LayersFile = merged.layers ?? {};
  for (const [key, layer] of Object.entries(declaredLayers)) {
    if (layer && layer.path === undefined) problems.add(['layers', key], `layers.${key}.path is missing`);
  }
  const layers = toLayers(declaredLayers, dir);
  const declared = declaredThings(merged);
  const functions = Object.entries(merged.functions ?? {}).map(([key, own]): FunctionConfig => {
    const fields = merge(merge(ownDefaults, merged.defaults ?? {}), own) as FunctionFile;
    const name = stage === undefined ? key : `${key}-${stage}`;
    if (name.length > 64)
      problems.add(
        ['functions', key],
        `functions.${key} makes the name ${name}; allowed: at most 64 characters`,
      );
    for (const { field, sentence } of problemsOf(own, fields)) {
      const path = ['functions', key, field];
      problems.add(path, `${dotted(path)} ${sentence}`);
    }
    for (const { index, sentence } of fields.image ? [] : layerProblems(fields, layers)) {
      const path = [...problems.placeOf(overlayKey, key, 'layers'), index];
      problems.add(path, `${dotted(path)} ${sentence}`);
    }
    const linked = toLinks(fields.link, declared, fields.environment);
    for (const { entry, sentence } of linked.problems) {
      const path = [...problems.placeOf(overlayKey, key, 'link'), entry];
      problems.add(path, `${dotted(path)} ${sentence}`);
    }
    const config = toFunction(key, name, fields, dir);
    const code = { ...withoutLayers(config.code, layers), config: file };
    return { ...config, links: linked.links, code };
  });
  if (functions.length === 0)
    problems.add(['functions'], 'functions is empty; allowed: at least one function');
  const things = withDefaults(declared, functions);
  for (const { path, sentence } of thingProblemsIn(things, { functions, merged, stage, references })) {
    const inFile = placeInDefinition(definitions, path);
    if (inFile) {
      const named = inFile.within.length === 0 ? 'it' : dotted(inFile.within);
      problems.addElsewhere(inFile.place, `${named} ${sentence}`);
    } else problems.add(inStage(problems, overlayKey, path), `${dotted(path)} ${sentence}`);
  }
  for (const { path, sentence, inTrigger } of apiProblems(merged.api, functions, merged.region)) {
    const place = inTrigger ? inEntry(problems, overlayKey, inTrigger) : inStage(problems, overlayKey, path);
    problems.add(place, `${dotted(path)} ${sentence}`);
  }
  problems.throwIfAny();
  return {
    file,
    dir,
    name: merged.project,
    stage,
    overlay: overlayKey,
    stages: Object.keys(stages ?? {}),
    region: merged.region,
    profile: merged.profile,
    allowedAccounts: merged.allowedAccounts ?? [],
    bucket: merged.bucket,
    functions,
    layers,
    things,
    ...(merged.api ? { api: merged.api } : {}),
  };
}

/** The path of a field of a trigger, where the file declares the triggers. */
function inEntry(
  problems: Problems,
  overlay: string | undefined,
  { function: key, index, field }: NonNullable<ReturnType<typeof apiProblems>[number]['inTrigger']>,
): readonly PropertyKey[] {
  return [...problems.placeOf(overlay, key, 'triggers'), index, ...field];
}

function thingProblemsIn(
  things: readonly ThingConfig[],
  of: {
    functions: readonly FunctionConfig[];
    merged: ConfigFile;
    stage: string | undefined;
    references: readonly Reference[];
  },
) {
  const project = { name: of.merged.project, stage: of.stage };
  return [
    ...thingProblems(things, of.functions, project),
    ...machineProblems(things),
    ...referenceProblems(of.references, things, of.functions),
  ];
}

function machineProblems(things: readonly ThingConfig[]) {
  return things.flatMap((thing) => {
    if (thing.kind !== 'state machine') return [];
    const { definition, type = 'STANDARD', logging } = thing.fields;
    const path = ['stateMachines', thing.key];
    if (definition === undefined) return [{ path: [...path, 'definition'], sentence: 'is missing' }];
    const found = definitionProblems(definitionOf(definition), type);
    const unlogged = logging && logging.level !== 'OFF' && logging.logGroup === undefined;
    return [
      ...found.map(({ path: within, sentence }) => ({ path: [...path, 'definition', ...within], sentence })),
      ...(unlogged ? [{ path: [...path, 'logging', 'logGroup'], sentence: 'is missing' }] : []),
    ];
  });
}

/** The place of a value in the file of a definition; undefined: it is in slsctl.yml. */
function placeInDefinition(definitions: DefinitionFiles, path: readonly PropertyKey[]) {
  const [section, key, field, ...within] = path[0] === 'stages' ? path.slice(2) : path;
  const file =
    section === 'stateMachines' && definitions.get(`stateMachines.${String(key)}.${String(field)}`);
  return file ? { place: lineOf(file, within), within } : undefined;
}

/** The value at the end of a path of maps. */
function nested(value: unknown, path: readonly string[]): unknown {
  return path.reduceRight((inner, key) => ({ [key]: inner }), value);
}

/** The path in the stage, when the stage sets the value. */
function inStage(
  problems: Problems,
  overlay: string | undefined,
  path: readonly PropertyKey[],
): readonly PropertyKey[] {
  if (overlay === undefined || path[0] === 'stages') return path;
  const staged = ['stages', overlay, ...path];
  return problems.has(staged) ? staged : path;
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
