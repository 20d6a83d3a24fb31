// Shows a plan as text.
import { originText, removedElsewhere } from '../engine/elsewhere.ts';
import {
  type Action,
  count,
  hasChanges,
  type Item,
  isReplaced,
  lossOf,
  obstacles,
  type Plan,
} from '../engine/plan.ts';
import { type Change, kindAndName } from '../engine/resource.ts';
import { columns } from '../ui/table.ts';
import type { Style } from '../ui/ui.ts';
import { mask } from './plan-data.ts';

export interface ShowOptions {
  style: Style;
  /** Show environment values instead of `***`. */
  showValues?: boolean;
}

const signs: Record<Action, string> = {
  create: '+',
  update: '~',
  delete: '-',
  none: '=',
  foreign: '!',
  held: '!',
  kept: '!',
};

/** Lists the changes, resource by resource and field by field. Resources in sync are only counted. */
export function planText(plan: Plan, options: ShowOptions): string {
  const shown = plan.items.filter(({ action, notes }) => action !== 'none' || notes.length > 0);
  return [...shown.map((item) => itemText(item, options)), summary(plan, options.style)].join('\n');
}

function itemText(item: Item, options: ShowOptions): string {
  const { action, resource, changes, notes, reason } = item;
  const { style } = options;
  const title = `${resource.kind} ${style.bold(resource.name)}`;
  if (action === 'foreign') {
    const fate = resource.optional ? ' is left as it is' : '';
    return style.yellow(`${signs.foreign} ${kindAndName(resource)}${fate}: ${reason}`);
  }
  if (action === 'held') return style.yellow(`${signs.held} ${title} stays: ${reason}`);
  if (action === 'kept') return style.yellow(`${signs.kept} ${title} is kept: ${reason}`);
  const rows = changes.map((change) => [`    ${change.path}`, changeText(change, action, options)]);
  const loss = lossOf(item);
  const head = action === 'none' ? `${signs.none} ${title}` : `${signs[action]} ${action} ${title}`;
  return [
    coloured(action, head, style),
    ...(rows.length > 0 ? [columns(rows)] : []),
    ...(loss === undefined
      ? []
      : [style.red(`    ${isReplaced(item) ? 'replaced' : 'removed'}; lost: ${loss}`)]),
    ...elsewhereText(item, style),
    ...notes.map((note) => style.dim(`    ${note}`)),
  ].join('\n');
}

/** Where a resource that is removed was deployed from, if not from this slsctl.yml. */
function elsewhereText(item: Item, { red }: Style): string[] {
  const [elsewhere] = removedElsewhere({ items: [item] });
  return elsewhere ? [red(`    ${originText(elsewhere.config)}`)] : [];
}

function coloured(action: Action, text: string, { green, yellow, red, dim }: Style): string {
  const paints: Record<Action, (text: string) => string> = {
    ...{ create: green, update: yellow, delete: red, none: dim },
    ...{ foreign: yellow, held: yellow, kept: yellow },
  };
  return paints[action](text);
}

function changeText(change: Change, action: Action, { style, showValues }: ShowOptions): string {
  const shown = (value: unknown) => (change.secret && !showValues ? mask : compact(value, change.path));
  const { from, to } = change;
  const text =
    action === 'create'
      ? shown(to)
      : from === undefined
        ? style.green(`+ ${shown(to)}`)
        : to === undefined
          ? style.red(`- ${shown(from)}`)
          : `${shown(from)} → ${shown(to)}`;
  if (change.refused !== undefined) return `${text} ${style.red(`(refused: ${change.refused})`)}`;
  return change.replace ? `${text} ${style.red('(cannot be changed in place: it is replaced)')}` : text;
}

/** The value on one line; long documents and hashes are cut. */
function compact(value: unknown, path: string): string {
  if (typeof value === 'string' && path === 'CodeSha256') return `${value.slice(0, 12)}…`;
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

function summary(plan: Plan, style: Style): string {
  const counts = count(plan);
  const { create, update, unchanged } = counts;
  const blocked = obstacles(plan).length;
  const untouched =
    plan.items.filter(({ action }) => ['foreign', 'held', 'kept'].includes(action)).length - blocked;
  if (!hasChanges(plan) && blocked === 0) return 'Nothing to change.';
  const parts = [
    `${create} to create`,
    `${update} to change`,
    ...(counts.delete > 0 ? [style.red(`${counts.delete} to remove`)] : []),
    `${unchanged} unchanged`,
    ...(untouched > 0 ? [`${untouched} left as they are`] : []),
    ...(blocked > 0 ? [style.yellow(`${blocked} not the project's own`)] : []),
  ];
  return `Plan: ${parts.join(', ')}`;
}
