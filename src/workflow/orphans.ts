// `--orphans`: lists and removes resources that slsctl created and this slsctl.yml does not declare.
import type { Aws } from '../aws/aws.ts';
import { loadProject } from '../config/load.ts';
import type { ProjectPlace } from '../config/project.ts';
import { overlayOf } from '../config/stage.ts';
import type { Context } from '../context.ts';
import { planRemoval } from '../engine/destroy.ts';
import { badInput } from '../errors/user-error.ts';
import { logGroupName } from '../resources/names.ts';
import { type Inventory, type Owned, ownedBy } from '../resources/owned/inventory.ts';
import { declaredNames, resourcesOf } from '../resources/owned/leftovers.ts';
import { table } from '../ui/table.ts';
import { removeAll } from './remove-all.ts';
import { warnOfUnlisted } from './undeclared.ts';
import { withTarget } from './with-target.ts';

interface Orphan extends Owned {
  why: string;
}

/** Lists the orphans of every project. Resources of other projects count too, since their slsctl.yml is not here. */
export async function listOrphans(context: Context): Promise<void> {
  const { ui } = context;
  const aws = await context.aws();
  const list = await withTarget(context, 'answer', async () => orphans(context, aws, await ownedBy(aws)));
  ui.answer({ orphans: list });
  if (list.length === 0) {
    ui.print('no orphans: slsctl.yml declares everything that slsctl manages here');
    return;
  }
  ui.print(
    table(
      [
        ['PROJECT', 'STAGE', 'KIND', 'NAME', 'WHY'].map((title) => ui.style.dim(title)),
        ...list.map(({ project, stage, kind, name, why }) => [
          project,
          stage ?? '-',
          kind,
          ui.style.bold(name),
          why,
        ]),
      ],
      { width: ui.width },
    ),
  );
  const here = (await context.place())?.name;
  for (const project of new Set(list.map((orphan) => orphan.project))) {
    const which = project === here ? '' : ` --project ${project}`;
    ui.next({ command: `destroy --orphans${which}` });
  }
}

/** Removes the orphans of one project: the named one, or the one in this folder. */
export async function destroyOrphans(context: Context, name?: string): Promise<number> {
  const here = await context.place();
  const project = name ?? here?.name;
  if (project === undefined) {
    throw badInput('there is no slsctl.yml here, so --orphans needs the name of a project', {
      next: [{ command: 'list --orphans' }, ', then ', { command: 'destroy --orphans --project NAME' }],
    });
  }
  const flag = name === undefined ? '' : ` --project ${name}`;
  const removal = { of: project, noun: 'orphan' as const, again: `destroy --orphans${flag}` };
  return removeAll(context, removal, async (aws) => {
    const list = await orphans(context, aws, await ownedBy(aws, project));
    const stages = new Set(list.map(({ stage }) => stage));
    return planRemoval(
      [...stages].flatMap((stage) =>
        resourcesOf(
          list.filter((orphan) => orphan.stage === stage),
          { aws, owner: { project, stage } },
        ),
      ),
    );
  });
}

async function orphans(context: Context, aws: Aws, inventory: Inventory): Promise<Orphan[]> {
  warnOfUnlisted(context, inventory, 'that slsctl created');
  const { found } = inventory;
  const here = await context.place();
  const functions = new Set(found.filter(({ kind }) => kind === 'function').map(({ name }) => name));
  const declared = new Map<string | undefined, Set<string> | undefined>();
  const all: Orphan[] = [];
  for (const owned of found) {
    // IAM has no regions: skip a role that belongs to a function in another region.
    if (owned.region !== undefined && owned.region !== aws.region) continue;
    if (owned.project !== here?.name) {
      all.push({
        ...owned,
        why: isDead(owned, functions) ? 'its function is gone' : 'its slsctl.yml is not here',
      });
      continue;
    }
    if (!declared.has(owned.stage))
      declared.set(owned.stage, await declaredIn(context, aws, here, owned.stage));
    const known = declared.get(owned.stage);
    if (!known)
      all.push({
        ...owned,
        why:
          owned.stage === undefined
            ? 'slsctl.yml is never deployed without a stage'
            : `slsctl.yml has no stage ${owned.stage}`,
      });
    else if (!known.has(`${owned.kind} ${owned.name}`)) all.push({ ...owned, why: 'not in slsctl.yml' });
  }
  return all;
}

/** Whether this is a role or log group whose function does not exist any more. */
function isDead({ kind, name, function: user }: Owned, functions: ReadonlySet<string>): boolean {
  if (kind === 'role') return user !== undefined && !functions.has(user);
  return kind === 'log group' && ![...functions].some((existing) => logGroupName(existing) === name);
}

/** The resources that the config declares in a stage; undefined: there is no such stage. */
async function declaredIn(
  { cwd, env, options }: Context,
  aws: Aws,
  { stages }: ProjectPlace,
  stage: string | undefined,
): Promise<Set<string> | undefined> {
  const hasIt = stage === undefined ? stages.length === 0 : overlayOf(stages, stage) !== undefined;
  if (!hasIt) return undefined;
  const { config: file, region } = options;
  const noStage = { ...env, SLSCTL_STAGE: undefined };
  return declaredNames(await loadProject({ cwd, env: noStage, file, stage, region }), aws);
}
