// Reports the results of the canaries of a deployment.
import type { Context } from '../../context.ts';
import { tellError } from '../../ui/report-error.ts';
import type { Baked } from './watch.ts';

/** Reports each canary; returns true when all completed. */
export function reportBaked(context: Context, baked: readonly Baked[]): boolean {
  const { ui } = context;
  const { green } = ui.style;
  for (const { function: name, alias, from, to, result, why } of baked) {
    if (result === 'completed') {
      ui.note(green(`${name}:${alias} serves version ${to}`));
      if (why) ui.warn(why);
      continue;
    }
    const state = {
      left: `shares its requests between version ${from} and ${to}`,
      'went back': `serves version ${from} again`,
      overtaken: `was changed by another deployment or user while version ${to} was watched`,
    }[result];
    tellError(ui, { message: `${name}:${alias} ${state}`, reason: why });
  }
  const bad = baked.filter(({ result }) => result !== 'completed');
  const [first] = bad;
  if (first?.result === 'overtaken') {
    ui.next({ command: `alias list ${first.function}` });
  } else if (first) {
    ui.next([{ command: `logs ${first.function} --since 10m` }, ', fix it, then deploy again']);
  }
  return bad.length === 0;
}
