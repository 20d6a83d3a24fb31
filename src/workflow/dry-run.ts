// Shows what a deployment would change, without changing anything.
import type { Context } from '../context.ts';
import { removedElsewhere } from '../engine/elsewhere.ts';
import { changesOf, count, hasChanges, obstacles } from '../engine/plan.ts';
import { exitCodes } from '../errors/user-error.ts';
import { planData } from '../present/plan-data.ts';
import { planText } from '../present/plan-text.ts';
import { nameOf } from './owners/confirm-name.ts';
import { takeOver } from './owners/obstacles.ts';
import { type DeployArgs, deployCommand, planDeployment } from './plan-deployment.ts';

export interface PlanArgs extends DeployArgs {
  exitCode?: boolean;
}

export async function dryRun(context: Context, args: PlanArgs): Promise<number> {
  const { ui, options } = context;
  const planning = { targetIn: 'answer', looksForCalls: true } as const;
  const { plan, project, callsLatest } = await planDeployment(context, args, planning);
  ui.print(planText(plan, { style: ui.style, showValues: options.showValues }));
  ui.answer({ changes: planData(plan, options), counts: count(plan), callsLatest });
  const refused = changesOf(plan).some((item) => item.changes.some((change) => change.refused));
  const blocked = obstacles(plan).length > 0;
  const changes = hasChanges(plan);
  if (blocked) ui.next(takeOver(obstacles(plan), deployCommand(args)));
  else if (removedElsewhere(plan).length > 0) {
    ui.note(
      `deploy asks for the name of the project before it removes what was not deployed from this slsctl.yml: --confirm ${nameOf(project)}`,
    );
  } else if (changes && !refused) ui.next({ command: deployCommand(args) });
  if (!args.exitCode) return exitCodes.done;
  return changes ? exitCodes.changes : blocked ? exitCodes.failed : exitCodes.done;
}
