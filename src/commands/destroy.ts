// `slsctl destroy`: removes everything that the project owns, and prints a receipt.
import type { Context } from '../context.ts';
import { planRemoval } from '../engine/destroy.ts';
import type { Plan } from '../engine/plan.ts';
import { badInput } from '../errors/user-error.ts';
import { stageOf } from '../present/target-text.ts';
import { stack } from '../resources/stack.ts';
import { checkConfirmed, guardedIn, nameOf } from '../workflow/owners/confirm-name.ts';
import { projectUploads } from '../workflow/project-uploads.ts';
import { removeAll } from '../workflow/remove-all.ts';
import { undeclaredResources } from '../workflow/undeclared.ts';

export interface DestroyArgs {
  orphans?: boolean;
  project?: string;
  deleteData?: boolean;
}

export async function destroy(context: Context, args: DestroyArgs = {}): Promise<number> {
  if (args.orphans) return (await import('../workflow/orphans/destroy.ts')).destroyOrphans(context, args);
  if (args.project !== undefined) throw badInput('--project goes with --orphans');
  const { deleteData } = args;
  const project = await context.project();
  checkConfirmed(context, [nameOf(project)]);
  const guarded = (plan: Plan) => guardedIn(plan, project);
  const functions = project.functions.map(({ name, attachments }) => ({
    name,
    aliases: Object.keys(attachments?.aliases ?? {}),
  }));
  return removeAll(
    context,
    { of: stageOf(project), guarded, again: 'destroy', functions },
    async (_, warn) => {
      const aws = await context.awsForProject();
      const { resources, leftBehind } = stack(project, aws, { deleteData });
      // Includes resources that earlier versions of slsctl.yml declared.
      const former = leftBehind();
      return planRemoval(
        resources,
        Promise.all([
          former,
          undeclaredResources(project, aws, { warn, whole: true, deleteData, former }),
          projectUploads(project, aws, warn),
        ]).then((lists) => lists.flat()),
      );
    },
  );
}
