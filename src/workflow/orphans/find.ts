// Finds orphans: what slsctl manages, and no slsctl.yml that is here declares.
import type { Aws } from '../../aws/aws.ts';
import { loadProject } from '../../config/load.ts';
import type { ProjectPlace } from '../../config/project.ts';
import { overlayOf } from '../../config/stage.ts';
import { namesAccount } from '../../config/things/triggers.ts';
import type { Context } from '../../context.ts';
import { logGroupName } from '../../resources/names.ts';
import { type Owned, ownedBy } from '../../resources/owned/inventory.ts';
import { declaredNames } from '../../resources/owned/leftovers.ts';
import { listedOrWarned } from '../undeclared.ts';

export interface Orphan extends Owned {
  why: string;
  /** slsctl.yml does not have its stage. */
  dropped?: boolean;
}

export interface Orphans {
  /** Of the project in this folder. */
  own: Orphan[];
  others: Orphan[];
}

/** What slsctl manages and `here` does not declare: of that project, and of all others. `project`: only of this one. */
export async function findOrphans(
  context: Context,
  aws: Aws,
  here: ProjectPlace | undefined,
  { warn, project }: { warn(text: string): void; project?: string },
): Promise<Orphans> {
  const { found } = listedOrWarned(warn, await ownedBy(aws, project));
  const functions = new Set(found.filter(({ kind }) => kind === 'function').map(({ name }) => name));
  const declared = new Map<string | undefined, Set<string> | undefined>();
  const own: Orphan[] = [];
  const others: Orphan[] = [];
  for (const owned of found) {
    // IAM has no regions: skip a role that belongs to a function in another region.
    if (owned.region !== undefined && owned.region !== aws.region) continue;
    if (owned.project !== here?.name) {
      const why = isDead(owned, functions) ? 'its function is gone' : 'its slsctl.yml is not here';
      others.push({ ...owned, why });
      continue;
    }
    const { stage } = owned;
    if (!declared.has(stage)) declared.set(stage, await declaredIn(context, aws, here, stage));
    const known = declared.get(stage);
    if (!known) own.push({ ...owned, why: noStage(stage), dropped: true });
    else if (!known.has(`${owned.kind} ${owned.name}`)) own.push({ ...owned, why: 'not in slsctl.yml' });
  }
  return { own, others };
}

function noStage(stage: string | undefined): string {
  return stage === undefined
    ? 'slsctl.yml is never deployed without a stage'
    : `slsctl.yml has no stage ${stage}`;
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
  const project = await loadProject({ cwd, env: noStage, file, stage, region });
  if (namesAccount(project)) await aws.knowAccount();
  return declaredNames(project, aws);
}
