// `slsctl role`: the execution role of a function, by itself.

import type { FunctionConfig } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { planRemoval } from '../engine/destroy.ts';
import { hasChanges, plan } from '../engine/plan.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { applyPlan, removePlan } from '../present/apply-plan.ts';
import { failureData, reportFailures } from '../present/failures.ts';
import { planData } from '../present/plan-data.ts';
import { leftAlone, showReceipts } from '../present/receipt.ts';
import { roleNameOf, roleUsers } from '../resources/function/live-functions.ts';
import { roleName } from '../resources/names.ts';
import { type RoleDetails, readRole } from '../resources/role/details.ts';
import type { PoliciesResource } from '../resources/role/policies.ts';
import type { RoleResource } from '../resources/role/role.ts';
import { stack } from '../resources/stack.ts';
import { columns } from '../ui/table.ts';
import { refuseObstacles } from '../workflow/plan-deployment.ts';

export interface RoleArgs {
  function?: string;
}

export async function roleShow(context: Context, args: RoleArgs): Promise<void> {
  const { ui } = context;
  const project = await context.project();
  const target = selectFunction(project, args.function);
  const aws = await context.aws();
  const name = target.role ? roleNameOf(target.role) : roleName(target.name, aws.region);
  const [details, users] = await Promise.all([readRole(aws, name), roleUsers(aws)]);
  if (!details) {
    throw new UserError(`there is no role ${name}`, exitCodes.failed, {
      reason: target.role
        ? 'slsctl.yml names it, and it is not in this account'
        : `${target.key} is not deployed`,
      next: target.role ? 'correct role: in slsctl.yml' : { command: 'role create' },
    });
  }
  const live = users.get(details.role.Arn ?? '') ?? [];
  const names = project.functions.map((config) => config.name);
  const usedBy = live.map((user) => ({ function: user, inProject: names.includes(user) }));
  ui.answer({
    name,
    arn: details.role.Arn,
    created: details.role.CreateDate,
    trust: details.trust,
    attached: details.attached,
    inline: details.inline,
    usedBy,
  });
  const { bold, dim } = ui.style;
  const rows: [string, string][] = [
    ['role', bold(name)],
    ['ARN', details.role.Arn ?? ''],
    ['created', details.role.CreateDate?.toISOString().replace(/\.\d+Z$/, 'Z') ?? ''],
    ...labelled('trust', trusted(details)),
    ...labelled('attached', details.attached),
    ...labelled(
      'inline',
      Object.entries(details.inline).map(([policy, document]) => `${policy}: ${JSON.stringify(document)}`),
    ),
    ...labelled(
      'used by',
      usedBy.map((one) => `${one.function}${one.inProject ? '' : ' (not of this project)'}`),
    ),
  ];
  ui.print(columns(rows.map(([label, text]) => [dim(label), text])));
}

/** One row per line, the label on the first; `none` when there is nothing. */
function labelled(label: string, lines: readonly string[]): [string, string][] {
  return (lines.length > 0 ? lines : ['none']).map((line, index) => [index === 0 ? label : '', line]);
}

/** Whom the trust policy lets assume the role, a line per statement. */
function trusted({ trust }: RoleDetails): string[] {
  const { Statement = [] } = (trust ?? {}) as { Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as {
    Effect?: string;
    Principal?: unknown;
    Condition?: unknown;
  }[];
  return statements.map(({ Effect, Principal, Condition }) => {
    const who =
      typeof Principal === 'object' && Principal !== null
        ? Object.values(Principal).flat().join(', ')
        : String(Principal);
    const when = Condition ? ` when ${JSON.stringify(Condition)}` : '';
    return `${who} ${Effect === 'Deny' ? 'may not' : 'may'} assume it${when}`;
  });
}

export async function roleCreate(context: Context, args: RoleArgs): Promise<number> {
  const { ui, options } = context;
  const { config, role, policies } = await ownRole(context, args);
  const planned = await plan([role, policies]);
  refuseObstacles(planned, `deploy ${config.key}`);
  const changed = hasChanges(planned);
  const applied = await applyPlan(context, planned);
  const exitCode = reportFailures(context, applied);
  ui.answer({
    changed,
    name: role.name,
    arn: role.arn,
    changes: planData(planned, options),
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

export async function roleDelete(context: Context, args: RoleArgs): Promise<number> {
  const { ui, options } = context;
  const { role, policies } = await ownRole(context, args);
  const removal = await planRemoval([role, policies]);
  const held = removal.items.find(({ action }) => action === 'held');
  if (held) {
    throw new UserError(`role ${role.name} is ${held.reason}`, exitCodes.failed, {
      reason: 'a function whose role is gone cannot run',
      next: ['remove the function first, or all at once: ', { command: 'destroy' }],
    });
  }
  const foreign = leftAlone(removal);
  if (!hasChanges(removal)) {
    if (foreign.length === 0) ui.print(`There is no role ${role.name}: nothing to remove.`);
    return showReceipts(context, { receipts: [], foreign, again: 'role delete' });
  }
  if (!options.yes && !(await ui.confirm(`Remove role ${role.name} and its policies?`))) {
    ui.note('nothing was removed');
    return exitCodes.failed;
  }
  const receipts = await removePlan(context, removal);
  return showReceipts(context, { receipts, foreign, again: 'role delete' });
}

/** The resources of the role that slsctl makes for the function. */
async function ownRole(
  context: Context,
  args: RoleArgs,
): Promise<{ config: FunctionConfig; role: RoleResource; policies: PoliciesResource }> {
  const { key } = selectFunction(await context.project(), args.function);
  const project = await context.resolvedProject({ functions: [key] });
  const config = selectFunction(project, key);
  if (config.role) {
    throw new UserError(`the role of ${config.key} is not slsctl's: ${config.role}`, exitCodes.usage, {
      reason: 'role: in slsctl.yml names it, and slsctl leaves such roles alone',
      next: 'remove role: from slsctl.yml, and slsctl makes one',
    });
  }
  const { role, policies } = stack(project, await context.aws(), { functions: [config] }).functions[0]!;
  return { config, role: role as RoleResource, policies: policies as PoliciesResource };
}
