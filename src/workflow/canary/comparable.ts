// Checks, before anything is changed, that the canaries of a deployment can be watched.
import type { Context } from '../../context.ts';
import type { Plan } from '../../engine/plan.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { DeclaredAlias } from '../../resources/alias/alias.ts';
import type { LiveAlias } from '../../resources/alias/alias-resource.ts';
import { lookAt } from '../../resources/alias/canary.ts';

/** Rejects with a UserError (exit 1) for an alias without an old version to compare with, or with provisioned concurrency. */
export async function refuseUncomparable(context: Context, { items }: Plan): Promise<void> {
  const aliases = items.filter(({ resource }) => resource instanceof DeclaredAlias && resource.follows);
  for (const item of aliases) {
    const resource = item.resource as DeclaredAlias;
    const { alias, provisioned } = (item.live as LiveAlias | undefined) ?? {};
    if (!alias || alias.FunctionVersion === '$LATEST') {
      throw new UserError(`alias ${resource.name}: there is nothing to compare with`, exitCodes.failed, {
        reason: alias
          ? 'it points to $LATEST, which a deployment changes for all requests at once'
          : 'it does not exist yet, and no version serves its requests',
        next: { command: 'deploy' },
      });
    }
    if (provisioned) {
      throw new UserError(`alias ${resource.name} has provisioned concurrency`, exitCodes.failed, {
        reason: 'AWS does not split the requests of such an alias between versions',
        next: [
          { command: 'deploy' },
          ', or first: ',
          {
            command: `concurrency set ${resource.partOf.name} --provisioned none --alias ${resource.alias}`,
          },
        ],
      });
    }
  }
  const [first] = aliases;
  if (!first) return;
  // Fail now if metrics cannot be read: a canary that nobody can watch must not start.
  const resource = first.resource as DeclaredAlias;
  const { alias } = first.live as LiveAlias;
  await lookAt(await context.aws(), [{ resource, alias, from: '1', to: '1' }], new Date());
}
