// `slsctl role show`: shows trust policy, permissions and users of an execution role.
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { roleNameOf, roleUsers } from '../../resources/function/live-functions.ts';
import { roleName } from '../../resources/names.ts';
import { type RoleDetails, readRole } from '../../resources/role/details.ts';
import { columns } from '../../ui/table.ts';
import type { RoleArgs } from './own-role.ts';

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
        ? 'slsctl.yml names it, but this account does not have it'
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
      usedBy.map((user) => `${user.function}${user.inProject ? '' : ' (not of this project)'}`),
    ),
  ];
  ui.print(columns(rows.map(([label, text]) => [dim(label), text])));
}

/** A row for each line, with the label on the first; `none` when there are no lines. */
function labelled(label: string, lines: readonly string[]): [string, string][] {
  return (lines.length > 0 ? lines : ['none']).map((line, index) => [index === 0 ? label : '', line]);
}

/** Who may assume the role by its trust policy, a line for each statement. */
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
