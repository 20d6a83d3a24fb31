// `slsctl trigger list`: lists what calls the functions of the project: the declared triggers, and others that are live.
import { selectFunctions } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { type Item, plan } from '../../engine/plan.ts';
import { kindAndName, type Named, type Resource } from '../../engine/resource.ts';
import { everyTrigger } from '../../resources/attachments/triggers.ts';
import { FunctionResource } from '../../resources/function/function-resource.ts';
import { stack } from '../../resources/stack.ts';
import { Trigger } from '../../resources/triggers/trigger.ts';
import { table } from '../../ui/table.ts';
import { showOwnNames } from '../../workflow/own-names.ts';

interface Row {
  function: string;
  /** `sqs trigger` */
  kind: string;
  /** `orders to worker:live` */
  name: string;
  state: 'in sync' | 'not deployed' | 'changed' | 'not in slsctl.yml';
  /** Why it is not in sync, or not as expected. */
  notes: readonly string[];
}

export async function triggerList(context: Context, args: { function?: string } = {}): Promise<void> {
  const { ui } = context;
  const project = await context.resolvedProject();
  const functions = selectFunctions(project, args.function === undefined ? [] : [args.function]);
  const aws = await context.aws();
  await aws.knowAccount();
  const parts = stack(project, aws, { functions }).functions;
  const declared = parts.map((one) => ({ of: one.config.name, triggers: one.triggers }));
  const [{ items }, every] = await Promise.all([
    // The function says who owns its triggers.
    plan(parts.flatMap((one) => [one.function, ...one.triggers])),
    Promise.all(declared.map(({ of }) => everyTrigger(aws, new FunctionResource(aws, { name: of })))),
  ]);
  const others = declared.map(({ of, triggers }, index) => {
    const known = new Set(triggers.map(bindingOf));
    return (every[index] ?? [])
      .filter((one) => !known.has(bindingOf(one)))
      .map(({ kind, name }): Row => ({ function: of, kind, name, state: 'not in slsctl.yml', notes: [] }));
  });
  showOwnNames(context, items);
  const itemOf = (resource: Resource) => items.find((item) => item.resource === resource);
  const rows = [
    ...declared.flatMap(({ of, triggers }) => triggers.flatMap((one) => rowOf(of, itemOf(one)) ?? [])),
    ...others.flat(),
  ].toSorted((a, b) => (a.function < b.function ? -1 : a.function > b.function ? 1 : 0));
  ui.answer({ triggers: rows });
  if (rows.length === 0) {
    ui.print('no triggers: slsctl.yml declares none, and none is live');
    ui.next({ command: 'trigger add KIND SOURCE' });
    return;
  }
  const { dim, bold, green, yellow } = ui.style;
  ui.print(
    table(
      [
        ['FUNCTION', 'TRIGGER', 'STATE'].map((title) => dim(title)),
        ...rows.map(({ function: of, state, ...row }) => [
          bold(of),
          titleOf(row),
          state === 'in sync' ? green(state) : yellow(state),
        ]),
      ],
      { width: ui.width },
    ),
  );
  for (const { notes, ...row } of rows) {
    for (const note of notes) ui.print(yellow(`! ${titleOf(row)}: ${note}`));
  }
  if (rows.some(({ state }) => state === 'not deployed' || state === 'changed')) ui.next({ command: 'plan' });
}

/** Some know only after a read what they stand for. */
function bindingOf(one: Named): string {
  return one instanceof Trigger ? one.binding : kindAndName(one);
}

/** `sqs orders to worker:live` */
function titleOf({ kind, name }: Pick<Row, 'kind' | 'name'>): string {
  return `${kind.replace(/ trigger$/, '')} ${name}`;
}

function rowOf(of: string, item: Item | undefined): Row | undefined {
  if (!item) return undefined;
  const { resource, action, reason, notes } = item;
  const state = item.live === undefined ? 'not deployed' : action === 'none' ? 'in sync' : 'changed';
  // What a trigger needs beside the source, such as the role of schedules, is no trigger; it is named when it is wrong.
  if (!resource.kind.endsWith(' trigger') && state === 'in sync') return undefined;
  const said = reason === undefined ? notes : [reason, ...notes];
  return { function: of, kind: resource.kind, name: resource.name, state, notes: said };
}
