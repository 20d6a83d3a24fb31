// Makes the changes of a plan, side by side where nothing depends on the other, and verifies each.
import { exitCodes, UserError } from '../errors/user-error.ts';
import { isGone } from './gone.ts';
import { type Outcome, type RunOptions, runGraph } from './graph.ts';
import { changesOf, type Plan, type Work } from './plan.ts';
import { type DeclaredResource, kindAndName, type Resource } from './resource.ts';

export interface Applied extends Outcome {
  /** State of every resource afterwards, where it is known. */
  readonly live: Map<Resource, unknown>;
}

/** Applies what the plan says and nothing else. Never rejects: failures are collected. */
export async function apply({ items }: Plan, options: RunOptions = {}): Promise<Applied> {
  const live = new Map(items.map(({ resource, live }) => [resource, live]));
  const work = new Map<Resource, Work>();
  for (const item of changesOf({ items })) work.set(item.resource, item);
  const outcome = await runGraph(
    [...work.keys()],
    (resource) => before(resource, work),
    async (resource, report) => {
      const item = work.get(resource) as Work;
      if (item.action === 'delete') {
        await resource.remove(item.live);
        await verifyGone(resource);
        live.set(resource, undefined);
        return;
      }
      const after = await item.resource.apply(item.live, item.changes, report);
      live.set(resource, after);
      verify(item.resource, after);
    },
    options,
  );
  return { ...outcome, live };
}

/** What is removed goes after what needs it and after what it outlives; everything else follows its needs. */
function before(resource: Resource, work: ReadonlyMap<Resource, Work>): readonly Resource[] {
  const goes = (one: Resource) => work.get(one)?.action === 'delete';
  if (!goes(resource)) return resource.needs;
  const dependants = [...work.keys()].filter((one) => goes(one) && one.needs.includes(resource));
  return [...resource.needs.filter((one) => !goes(one)), ...dependants, ...(resource.outlives ?? [])];
}

async function verifyGone(resource: Resource): Promise<void> {
  if (await isGone(resource)) return;
  throw new UserError(`AWS accepted the removal of ${kindAndName(resource)} but still has it`);
}

function verify(resource: DeclaredResource, live: unknown): void {
  const left = resource.diff(live);
  if (left.length === 0) return;
  const told = left.map(
    ({ path, from, secret }) => `${path} = ${secret ? '***' : (JSON.stringify(from) ?? 'nothing')}`,
  );
  throw new UserError(
    `AWS accepted the change of ${kindAndName(resource)} but still answers ${told.join(', ')}`,
    exitCodes.failed,
    { next: 'run the same command again; it continues where this one ended' },
  );
}
