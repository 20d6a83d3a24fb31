// Checks the size of environments before anything is changed: Lambda counts declared and kept variables together.
import { environmentProblem } from '../../advise/limits.ts';
import { isReplaced, type Plan } from '../../engine/plan.ts';
import { badInput } from '../../errors/user-error.ts';
import type { LiveFunction } from '../../resources/function/settings.ts';
import type { Stack } from '../../resources/stack.ts';

/** Throws (exit 2) when the plan would give a function more variables than Lambda allows. */
export function refuseLargeEnvironments(plan: Plan, { functions }: Stack): void {
  for (const { config, function: resource } of functions) {
    const item = plan.items.find((one) => one.resource === resource);
    if (item?.action !== 'update' || isReplaced(item)) continue;
    const variables = resource.environmentAfter(item.live as LiveFunction, item.changes);
    const problem = variables && environmentProblem(variables);
    if (!problem) continue;
    const declared = config.settings.Environment?.Variables ?? {};
    const kept = Object.keys(variables).filter((key) => !Object.hasOwn(declared, key));
    throw badInput(`the environment of function ${config.name} ${problem}`, {
      reason: `slsctl.yml does not name these, and they would be kept: ${kept.join(', ')}; nothing was changed`,
      next: [
        'shorten the values, or remove what slsctl.yml does not name: ',
        { command: `deploy ${config.key} --prune` },
      ],
    });
  }
}
