// The result of a deployment: each function as data or text, and the resources that were kept, changed or not reached.
import type { Target } from '../aws/target.ts';
import type { Applied } from '../engine/apply.ts';
import type { Plan } from '../engine/plan.ts';
import { kindAndName, type Resource } from '../engine/resource.ts';
import { AliasResource, type LiveAlias } from '../resources/alias/alias-resource.ts';
import { roleNameOf } from '../resources/function/live-functions.ts';
import type { LiveFunction } from '../resources/function/settings.ts';
import type { LiveLogGroup } from '../resources/log-group/read.ts';
import type { FunctionStack, Stack } from '../resources/stack.ts';
import { bytes, columns } from '../ui/table.ts';
import type { Style, Ui } from '../ui/ui.ts';
import { addressLines, addressRows, routeData, urlData } from './addresses.ts';
import type { Reach } from './reach.ts';
import { accountText, targetText } from './target-text.ts';
import type { ThingData } from './things.ts';

/** More functions than this are shown as a table. */
const maxInDetail = 5;
/** After a failure, more changes than this are counted instead of named. */
const maxNamed = 20;

/** Before a deployment: notes live resources and values that it keeps, though the project does not declare them. */
export function noteKept(ui: Ui, { items }: Plan): void {
  for (const { resource, action, notes, reason } of items) {
    if (action === 'held') ui.note(`${kindAndName(resource)} stays: ${reason}`);
    if (action === 'kept') ui.note(`${kindAndName(resource)} is kept: ${reason}`);
    if (action === 'foreign') ui.note(`${kindAndName(resource)} is left as it is: ${reason}`);
    for (const note of notes) ui.note(ui.style.dim(`${kindAndName(resource)}: ${note}`));
  }
}

/** After a failure: notes the changes that were done, and the functions that are not as declared. */
export function noteDone(ui: Ui, applied: Applied, { functions }: Stack): void {
  if (applied.done.length > maxNamed) ui.note(`done: ${applied.done.length} other changes`);
  else for (const resource of applied.done) ui.note(`done: ${kindAndName(resource)}`);
  const wrong = unfinished(applied);
  const isIncomplete = (parts: FunctionStack) =>
    [parts.function, parts.role, parts.policies, parts.logGroup, ...parts.attachments].some(
      (resource) => resource && wrong.has(resource),
    );
  const incomplete = functions.filter(isIncomplete).map(({ config }) => config.key);
  if (functions.length > 1 && incomplete.length === 0) {
    ui.note(`all ${functions.length} functions are as declared`);
  } else if (functions.length > 1) {
    ui.note(
      `${functions.length - incomplete.length} of ${functions.length} functions are as declared; not: ${incomplete.join(', ')}`,
    );
  }
}

/** The functions that are live and as declared; their attachments may have failed. */
export function finishedFunctions({ functions }: Stack, applied: Applied): FunctionStack[] {
  const wrong = unfinished(applied);
  return functions.filter(
    ({ function: resource }) => applied.live.get(resource) !== undefined && !wrong.has(resource),
  );
}

function unfinished({ failed, skipped }: Applied): ReadonlySet<Resource> {
  return new Set([...failed.map(({ resource }) => resource), ...skipped]);
}

export function functionData(
  { config, function: resource, logGroup, attachments }: FunctionStack,
  { live }: Applied,
  reach: Reach,
) {
  const { configuration } = live.get(resource) as LiveFunction;
  const group = logGroup && (live.get(logGroup) as LiveLogGroup | undefined);
  return {
    name: configuration.FunctionName ?? config.name,
    runtime: configuration.Runtime,
    memorySize: configuration.MemorySize,
    timeout: configuration.Timeout,
    codeSize: configuration.CodeSize,
    codeSha256: configuration.CodeSha256,
    role: configuration.Role,
    logGroup: logGroup?.name,
    logRetentionInDays: group?.group.retentionInDays,
    arn: configuration.FunctionArn,
    aliases: attachments
      .filter((attachment) => attachment instanceof AliasResource)
      .flatMap((attachment) => {
        const { alias } = (live.get(attachment) as LiveAlias | undefined) ?? {};
        return alias ? [{ name: attachment.alias, version: alias.FunctionVersion }] : [];
      }),
    url: urlData(attachments, (attachment) => live.get(attachment), reach),
    routes: routeData(attachments, (attachment) => live.get(attachment), reach),
  };
}

type FunctionData = ReturnType<typeof functionData>;

type Row = readonly [label: string, text: string];

function functionRows(data: FunctionData, style: Style): Row[] {
  const kept =
    data.logRetentionInDays === undefined ? 'kept for ever' : `kept ${data.logRetentionInDays} days`;
  return [
    ['function', style.bold(data.name)],
    ['runtime', data.runtime ?? ''],
    ['memory', `${data.memorySize} MB`],
    ['timeout', `${data.timeout} s`],
    ['code size', bytes(data.codeSize ?? 0)],
    ['role', roleNameOf(data.role ?? '')],
    ...(data.logGroup ? [['log group', `${data.logGroup}, ${kept}`] as const] : []),
    ['ARN', data.arn ?? ''],
    ...data.aliases.map(({ name, version }): Row => ['alias', `${name}, version ${version}`]),
    ...addressRows(data, { url: 'URL', routes: 'routes' }, style),
  ];
}

/** Facts of the whole deployment. */
export interface Deployed {
  target: Target;
  seconds: number;
}

/** What is live after a deployment. The labels of all functions and things are one column. */
export function deployedText(
  functions: readonly FunctionData[],
  things: readonly ThingData[],
  deployed: Deployed,
  style: Style,
): string {
  if (functions.length > maxInDetail) return deployedTables(functions, things, deployed, style);
  const { target, seconds } = deployed;
  const [first = [], ...others] = functions.map((data) => functionRows(data, style));
  const end: Row[] = [...thingRows(things), ['duration', `${seconds.toFixed(1)} s`]];
  const start: Row[] = [['target', targetText(target)], ...first];
  const parts = others.length > 0 ? [start, ...others, end] : [[...start, ...end]];
  const width = Math.max(...parts.flat().map(([label]) => label.length));
  const lines = (rows: readonly Row[]) =>
    columns(rows.map(([label, text]) => [style.dim(label.padEnd(width)), text]));
  return parts.map(lines).join('\n\n');
}

function thingRows(things: readonly ThingData[]): Row[] {
  return things.flatMap((thing): Row[] => {
    const domain: Row[] =
      'domain' in thing ? [['domain', `${thing.domain}, to be pointed to ${thing.target} (CNAME)`]] : [];
    return [[thing.kind, thing.name], ...domain];
  });
}

function deployedTables(
  functions: readonly FunctionData[],
  things: readonly ThingData[],
  { target, seconds }: Deployed,
  style: Style,
): string {
  const { dim, bold } = style;
  const rows = functions.map((data) => [
    bold(data.name),
    data.runtime ?? 'image',
    `${data.memorySize} MB`,
    `${data.timeout} s`,
    bytes(data.codeSize ?? 0),
  ]);
  const titles = (...texts: string[]) => texts.map((title) => dim(title));
  return [
    columns([titles('FUNCTION', 'RUNTIME', 'MEMORY', 'TIMEOUT', 'CODE'), ...rows]),
    addressLines(functions, style),
    things.length > 0 ? columns([titles('KIND', 'NAME'), ...thingRows(things)]) : undefined,
    `${functions.length} functions, ${seconds.toFixed(1)} s, in ${accountText(target)}`,
  ]
    .filter((part) => part !== undefined)
    .join('\n');
}
