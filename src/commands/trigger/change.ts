// `slsctl trigger add|remove`: changes the triggers of a function in slsctl.yml and on AWS.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { nearest } from '../../config/did-you-mean.ts';
import { configValue, functionPath } from '../../config/edit.ts';
import type { FunctionConfig, Project } from '../../config/project.ts';
import { triggerNames } from '../../config/schema/field-names.ts';
import { selectFunction } from '../../config/select.ts';
import type { TriggerKindName } from '../../config/triggers/all.ts';
import { fieldsOf, hasShortForm, isKind, kindOf, sourceOf } from '../../config/triggers/entry.ts';
import type { Context } from '../../context.ts';
import { badInput } from '../../errors/user-error.ts';
import { triggersScope } from '../../resources/scope.ts';
import { changeConfig } from '../../workflow/change-config.ts';

type Entry = Readonly<Record<string, unknown>>;

export interface AddArgs {
  kind: string;
  source: string;
  function?: string;
  /** `FIELD=VALUE` */
  set?: string[];
  qualifier?: string;
}

export async function triggerAdd(context: Context, args: AddArgs): Promise<number> {
  const project = await context.project();
  const target = selectFunction(project, args.function);
  const kind = kindNamed(args.kind);
  const entry = entryOf(kind, args);
  const now = await entries(project, target);
  const at = now.findIndex((one) => isSame(one, entry));
  const added = [...(at < 0 ? now : now.toSpliced(at, 1)), entry];
  const has = at >= 0 && JSON.stringify(now[at]) === JSON.stringify(entry);
  return change(context, {
    ...{ project, target, kind, source: sourceOf(entry), verb: 'added' },
    list: has ? now : added,
  });
}

export interface RemoveArgs {
  kind: string;
  source?: string;
  function?: string;
}

export async function triggerRemove(context: Context, args: RemoveArgs): Promise<number> {
  const project = await context.project();
  const kind = kindNamed(args.kind);
  const target = selectFunction(project, args.function);
  const now = await entries(project, target);
  const ofKind = now.filter((one) => kindOf(one) === kind);
  const named = ofKind.filter((one) => args.source === undefined || sourceOf(one) === args.source);
  const sources = ofKind.map(sourceOf).join(', ');
  if (named.length === 0) {
    throw badInput(
      `${target.key} has no trigger ${[kind, args.source].filter(Boolean).join(' ')} in slsctl.yml`,
      { reason: sources ? `it has: ${kind} ${sources}` : `it has none of the kind ${kind}` },
    );
  }
  if (args.source === undefined && named.length > 1) {
    throw badInput(`which of them? ${target.key} has several triggers ${kind}`, {
      next: `name its source: ${sources}`,
    });
  }
  return change(context, {
    ...{ project, target, kind, source: named.map(sourceOf).join(', '), verb: 'removed' },
    list: now.filter((one) => !named.includes(one)),
  });
}

function kindNamed(text: string): TriggerKindName {
  if (isKind(text)) return text;
  const guess = nearest(text, triggerNames);
  throw badInput(`${JSON.stringify(text)} is not a kind of trigger; allowed: ${triggerNames.join(', ')}`, {
    next: guess && `did you mean ${guess}?`,
  });
}

/** The entry that the arguments say: in the short form where there is nothing but the source. */
function entryOf(kind: TriggerKindName, { source, set = [], qualifier }: AddArgs): Entry {
  const [first = ''] = fieldsOf(kind);
  const given = source.trimStart().startsWith('{') ? yaml(source) : undefined;
  const said = typeof given === 'object' && given !== null ? (given as object) : { [first]: source };
  const fields = Object.fromEntries(set.map(assignment));
  const short = hasShortForm(kind) && given === undefined && set.length === 0;
  return {
    [kind]: short ? source : { ...said, ...fields },
    ...(qualifier === undefined ? {} : { qualifier }),
  };
}

/** `batchSize=5`; the value is YAML. */
function assignment(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw badInput(`--set is ${JSON.stringify(text)}; allowed: FIELD=VALUE`);
  return [text.slice(0, at), yaml(text.slice(at + 1))];
}

function yaml(text: string): unknown {
  try {
    return parse(text, { stringKeys: true, logLevel: 'error', prettyErrors: false });
  } catch {
    throw badInput(`${JSON.stringify(text)} is not a value of YAML`, {
      next: 'write text with : or { in quotes: FIELD=\'"text: like this"\'',
    });
  }
}

/** Whether both bind the same source to the same place. */
function isSame(one: Entry, other: Entry): boolean {
  return (
    kindOf(one) === kindOf(other) && sourceOf(one) === sourceOf(other) && one.qualifier === other.qualifier
  );
}

/** The declared entries, as they are written where the file declares them: its own place, its stage or the defaults. */
async function entries(project: Project, { key }: FunctionConfig): Promise<Entry[]> {
  const text = await readFile(project.file, 'utf8');
  const { overlay } = project;
  const stage = overlay === undefined ? [] : ['stages', overlay];
  const places = [[...stage, 'functions', key], ['functions', key], [...stage, 'defaults'], ['defaults']];
  const lists = places.map((place) => configValue(text, [...place, 'triggers']));
  return (lists.find((list) => Array.isArray(list)) as Entry[] | undefined) ?? [];
}

interface TriggerChange {
  project: Project;
  target: FunctionConfig;
  list: readonly Entry[];
  kind: TriggerKindName;
  source: string;
  verb: 'added' | 'removed';
}

function change(
  context: Context,
  { project, target, list, kind, source, verb }: TriggerChange,
): Promise<number> {
  const path = [...functionPath(target.key, project.overlay), 'triggers'];
  return changeConfig(context, {
    target,
    edits: [{ path, value: list.length > 0 ? list : undefined }],
    done: `${verb} ${kind} ${source}`,
    needless: (file) => `${kind} ${source} calls ${target.name} already, in ${file} and on AWS`,
    scope: triggersScope,
    data: { kind, source, triggers: list },
  });
}
