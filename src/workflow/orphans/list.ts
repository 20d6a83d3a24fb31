// `slsctl list --orphans`: the orphans of this project, and apart from them everything of other projects.
import type { Context } from '../../context.ts';
import { table } from '../../ui/table.ts';
import { withTarget } from '../with-target.ts';
import { findOrphans, type Orphan } from './find.ts';

/** Gives no command that removes what other projects own. */
export async function listOrphans(context: Context): Promise<void> {
  const { ui } = context;
  const [aws, here] = await Promise.all([context.aws(), context.place()]);
  const { own, others } = await withTarget(context, 'answer', (warn) =>
    findOrphans(context, aws, here, { warn }),
  );
  ui.answer({ orphans: own.map(data), others: others.map(data) });
  if (own.length > 0) ui.print(orphanTable(context, own));
  else if (here) ui.print(`no orphans: slsctl.yml declares everything that project ${here.name} owns here`);
  if (others.length > 0) {
    ui.print(`${here ? '\n' : ''}Of other projects, whose slsctl.yml is not here:`);
    ui.print(orphanTable(context, others));
  }
  if (!here && others.length === 0) ui.print('slsctl manages nothing in this account and region');
  if (own.length > 0) ui.next({ command: 'destroy --orphans' });
}

function data({ project, stage, kind, name, why, config }: Orphan) {
  return { project, stage, kind, name, why, config };
}

function orphanTable({ ui }: Context, list: readonly Orphan[]): string {
  const rows = list.map(({ project, stage = '-', kind, name, why, config = '-' }) => {
    return [project, stage, kind, ui.style.bold(name), why, config];
  });
  const titles = ['PROJECT', 'STAGE', 'KIND', 'NAME', 'WHY', 'DEPLOYED FROM'].map((title) =>
    ui.style.dim(title),
  );
  return table([titles, ...rows], { width: ui.width, spare: ['DEPLOYED FROM'] });
}
