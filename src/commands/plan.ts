// `slsctl plan`: shows what deploy would change.
import type { Context } from '../context.ts';
import { dryRun, type PlanArgs } from '../workflow/dry-run.ts';

export function plan(context: Context, args: PlanArgs): Promise<number> {
  return dryRun(context, args);
}
