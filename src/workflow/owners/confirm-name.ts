// The one question that --yes does not answer: the user types the name of the project whose resources are removed,
// or gives it with --confirm.
import type { Project } from '../../config/project.ts';
import type { Context } from '../../context.ts';
import { originText, removedElsewhere } from '../../engine/elsewhere.ts';
import type { Plan } from '../../engine/plan.ts';
import { kindAndName } from '../../engine/resource.ts';
import { badInput } from '../../errors/user-error.ts';
import { number } from '../../present/removal-list.ts';
import { accountText } from '../../present/target-text.ts';
import { ownerName, ownerOf } from '../../resources/owned/ownership.ts';

/** Resources that may only be removed by somebody who names their project. */
export interface Guarded {
  /** To be typed or given: `shop`, or `shop/prod` for a stage. */
  name: string;
  /** Where they come from: `deployed from laptop/home/me/shop/slsctl.yml`. */
  origin: string;
  /** In words: `function mail`. */
  resources: string[];
  /** The owner is another project or stage. Otherwise it is this one, and another slsctl.yml created the resources. */
  otherOwner?: boolean;
}

/** `confirmed`: the name was given, which covers the ordinary question too. */
export type Confirmation = 'needless' | 'confirmed' | 'declined';

/** Throws a UserError (exit 2) when --confirm has another name than these. Call it before any call to AWS. */
export function checkConfirmed({ options }: Context, names: readonly string[]): void {
  const wrong = options.confirm?.find((name) => !names.includes(name));
  if (wrong === undefined) return;
  throw badInput(`--confirm is ${JSON.stringify(wrong)}; allowed: ${names.join(', ')}`, {
    reason: 'it takes the name of the project, with its stage if it has one; nothing was changed',
  });
}

/**
 * Asks for each name on a terminal, unless --confirm has it. Elsewhere it rejects with a UserError (exit 2) that lists
 * the resources. Call it before anything is changed.
 */
export async function confirmNames(context: Context, guarded: readonly Guarded[]): Promise<Confirmation> {
  const { ui, options } = context;
  const given = options.confirm ?? [];
  const open = guarded.filter(({ name }) => !given.includes(name));
  if (open.length === 0) return given.length > 0 ? 'confirmed' : 'needless';
  const names = [...new Set(open.map(({ name }) => name))];
  const account = accountText(await context.target());
  if (!ui.interactive) {
    throw badInput([`${summary(open, account)}; nothing was changed`, ...open.flatMap(textOf)].join('\n'), {
      reason: 'another slsctl.yml may still want them, and --yes does not cover that',
      next: `if they are no longer wanted, run it again with ${names.map((name) => `--confirm ${name}`).join(' ')}`,
    });
  }
  ui.warn(ui.style.red(summary(open, account)));
  for (const line of open.flatMap(textOf)) ui.aside(line);
  for (const name of names) {
    if ((await ui.ask(`Type ${ui.style.bold(name)} to remove them:`, '')) !== name) return 'declined';
  }
  return 'confirmed';
}

/** The name that removals of this project and stage are confirmed with. */
export function nameOf(project: Project): string {
  return ownerName(ownerOf(project));
}

/** What the plan removes although another slsctl.yml of the project created it. */
export function guardedIn(plan: Plan, project: Project): Guarded[] {
  const byOrigin = new Map<string, string[]>();
  for (const { resource, config } of removedElsewhere(plan)) {
    const origin = originText(config);
    byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), kindAndName(resource)]);
  }
  return [...byOrigin].map(([origin, resources]) => ({ name: nameOf(project), origin, resources }));
}

function summary(guarded: readonly Guarded[], account: string): string {
  const count = guarded.reduce((sum, { resources }) => sum + resources.length, 0);
  const [is, was] = count === 1 ? ['is', 'was'] : ['are', 'were'];
  const which = guarded.map(({ otherOwner }) =>
    otherOwner ? `${is} of another project or stage` : `${was} not deployed from this slsctl.yml`,
  );
  return `this would remove ${number(count, 'thing')} from ${account}, which ${[...new Set(which)].sort().join(' or ')}`;
}

function textOf({ origin, resources }: Guarded): string[] {
  return [`${origin}:`, ...resources.map((resource) => `  ${resource}`)];
}
