// `slsctl role create`: creates the execution role before its function.
import type { Context } from '../../context.ts';
import { hasChanges, plan } from '../../engine/plan.ts';
import { exitCodes } from '../../errors/user-error.ts';
import { applyPlan } from '../../present/apply-plan.ts';
import { failureData, reportFailures } from '../../present/failures.ts';
import { planData } from '../../present/plan-data.ts';
import { columns } from '../../ui/table.ts';
import { refuseObstacles } from '../../workflow/owners/obstacles.ts';
import { ownRole, type RoleArgs } from './own-role.ts';

export async function roleCreate(context: Context, args: RoleArgs): Promise<number> {
  const { ui, options } = context;
  const { config, role, policies } = await ownRole(context, args);
  const rolePlan = await plan([role, policies]);
  await refuseObstacles(context, rolePlan, `deploy ${config.key}`);
  const changed = hasChanges(rolePlan);
  const applied = await applyPlan(context, rolePlan);
  const exitCode = reportFailures(context, applied);
  ui.answer({
    changed,
    name: role.name,
    arn: role.arn,
    changes: planData(rolePlan, options),
    ...failureData(ui, applied),
  });
  if (exitCode !== exitCodes.done) return exitCode;
  const { dim, bold } = ui.style;
  if (!changed) ui.print('Nothing to change.');
  ui.print(
    columns([
      [dim('role'), bold(role.name)],
      [dim('ARN'), role.arn ?? ''],
    ]),
  );
  ui.next({ command: 'deploy' });
  return exitCodes.done;
}
