// `slsctl destroy --orphans`: removes what a project owns and its slsctl.yml does not declare.
import type { Aws } from '../../aws/aws.ts';
import type { ProjectPlace } from '../../config/project.ts';
import type { Context } from '../../context.ts';
import { planRemoval } from '../../engine/destroy.ts';
import { originText, removedElsewhere } from '../../engine/elsewhere.ts';
import { changesOf, type Plan } from '../../engine/plan.ts';
import { kindAndName, type Resource } from '../../engine/resource.ts';
import { badInput } from '../../errors/user-error.ts';
import { resourcesOf } from '../../resources/owned/leftovers.ts';
import { ownerName } from '../../resources/owned/ownership.ts';
import { withTriggers } from '../../resources/triggers/former.ts';
import { checkConfirmed, type Guarded } from '../owners/confirm-name.ts';
import { removeAll } from '../remove-all.ts';
import { findOrphans, type Orphan } from './find.ts';

/**
 * Of the named project, or of the one in this folder. `--stage` selects a stage; each `--confirm PROJECT/STAGE` selects
 * one more; without either all stages are meant.
 */
export async function destroyOrphans(
  context: Context,
  { project: name, deleteData }: { project?: string; deleteData?: boolean },
): Promise<number> {
  const { options, env } = context;
  const here = await context.place();
  const project = name ?? here?.name;
  if (project === undefined) {
    throw badInput('there is no slsctl.yml here, so --orphans needs the name of a project', {
      next: [{ command: 'list --orphans' }, ', then ', { command: 'destroy --orphans --project NAME' }],
    });
  }
  // Which stages have orphans is known only later.
  const confirmed = (options.confirm ?? []).filter((one) => one.startsWith(`${project}/`));
  checkConfirmed(context, [project, ...confirmed]);
  const selected = new Selected(project, project === here?.name ? here : undefined, {
    deleteData,
    stage: options.stage ?? (env.SLSCTL_STAGE || undefined),
    others: confirmed.map((one) => one.slice(project.length + 1)),
  });
  const removal = {
    of: project,
    noun: 'orphan' as const,
    again: `destroy --orphans${name === undefined ? '' : ` --project ${name}`}`,
    guarded: (plan: Plan) => selected.guarded(plan),
  };
  return removeAll(context, removal, async (aws, warn) => {
    const { own, others } = await findOrphans(context, aws, here, { warn, project });
    return planRemoval(await selected.resources(aws, project === here?.name ? own : others));
  });
}

interface Stages {
  /** Things go with their data. */
  deleteData?: boolean;
  /** The one that the user named; undefined: none. */
  stage: string | undefined;
  /** Those of --confirm. */
  others: readonly string[];
}

/** The orphans that the user means. */
class Selected {
  private readonly project: string;
  private readonly here: ProjectPlace | undefined;
  private readonly stages: Stages;
  private readonly groups = new Map<Resource, Pick<Orphan, 'stage' | 'dropped'>>();

  /** `here`: the project, when its slsctl.yml is in this folder. */
  constructor(project: string, here: ProjectPlace | undefined, stages: Stages) {
    this.project = project;
    this.here = here;
    this.stages = stages;
  }

  async resources(aws: Aws, orphans: readonly Orphan[]): Promise<Resource[]> {
    const known = [...new Set(orphans.map(({ stage }) => ownerName({ project: this.project, stage })))];
    const { stage: named, others } = this.stages;
    const wrong = others.map((stage) => `${this.project}/${stage}`).find((one) => !known.includes(one));
    if (wrong !== undefined) {
      throw badInput(`--confirm is ${JSON.stringify(wrong)}, which has no orphans; nothing was changed`, {
        reason: known.length > 0 ? `there are orphans of ${known.join(', ')}` : undefined,
      });
    }
    const all = named === undefined && others.length === 0;
    const mine = orphans.filter(
      ({ stage }) => all || stage === this.own || (stage !== undefined && others.includes(stage)),
    );
    for (const stage of new Set(mine.map((orphan) => orphan.stage))) {
      const group = mine.filter((orphan) => orphan.stage === stage);
      const owner = { project: this.project, stage, config: this.here?.origin };
      const { dropped } = group[0] as Orphan;
      const resources = resourcesOf(group, { aws, owner, deleteData: this.stages.deleteData });
      for (const resource of await withTriggers(aws, resources, owner)) {
        this.groups.set(resource, { stage, dropped });
      }
    }
    return [...this.groups.keys()];
  }

  /** The stage of this run: the named one, or the default. */
  private get own(): string | undefined {
    return this.here ? this.here.stage : this.stages.stage;
  }

  /**
   * What needs its name: everything of another project, or of a stage that the user did not select or slsctl.yml does not
   * have; and in the selected stage what another slsctl.yml created.
   */
  guarded(plan: Plan): Guarded[] {
    const elsewhere = new Set(removedElsewhere(plan).map(({ resource }) => resource));
    const groups = new Map<string, Guarded>();
    for (const { resource, live } of changesOf(plan)) {
      const { stage, dropped } = this.groups.get(resource) ?? {};
      const ofThisRun = this.here && !dropped && stage === this.own;
      if (resource.ownedWith || (ofThisRun && !elsewhere.has(resource))) continue;
      const name = this.here ? ownerName({ project: this.project, stage }) : this.project;
      const config = elsewhere.has(resource) ? resource.createdElsewhere?.(live)?.config : this.here?.origin;
      const origin = `of ${stage ? `stage ${stage} of ` : ''}project ${this.project}, ${originText(config)}`;
      const group = groups.get(origin) ?? { name, origin, resources: [], otherOwner: !ofThisRun };
      group.resources.push(kindAndName(resource));
      groups.set(origin, group);
    }
    return [...groups.values()];
  }
}
