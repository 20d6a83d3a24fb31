// Applies the changes of a plan and verifies each. Changes that do not depend on each other run at the same time.
import { exitCodes, UserError } from '../errors/user-error.ts';
import { isGone } from './gone.ts';
import { type Outcome, type RunOptions, runGraph } from './graph.ts';
import { applied, removed } from './lost-answers.ts';
import { changesOf, type Plan, type Work } from './plan.ts';
import { type DeclaredResource, kindAndName, type Report, type Resource } from './resource.ts';

export interface Applied extends Outcome {
  /** Live state of every resource after the run, where it is known. */
  readonly live: Map<Resource, unknown>;
}

/** Applies exactly the changes of the plan. Never rejects: failures are collected in the outcome. */
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
        await removed(resource, item.live, report);
        await verifyGone(resource, report);
        live.set(resource, undefined);
        return;
      }
      const after = await applied(item, report);
      live.set(resource, after);
      verify(item.resource, after);
    },
    options,
  );
  return { ...outcome, live };
}

/**
 * The resources that are handled before this one. A resource is created after those that it needs. It is removed after
 * those that need it, those that it outlives, and those that may replace it: when their creation fails, it stays.
 */
function before(resource: Resource, work: ReadonlyMap<Resource, Work>): readonly Resource[] {
  const isRemoved = (other: Resource) => work.get(other)?.action === 'delete';
  if (!isRemoved(resource)) return resource.needs;
  const others = [...work.keys()];
  const dependants = others.filter((other) => isRemoved(other) && other.needs.includes(resource));
  const replacements = others.filter((other) => !isRemoved(other) && mayReplace(other, resource));
  return [
    ...resource.needs.filter((other) => !isRemoved(other)),
    ...dependants,
    ...replacements,
    ...(resource.outlives ?? []),
  ];
}

/**
 * Whether traffic may move from the old resource to the new one. The parts of a function replace each other. Resources of
 * the same name cannot exist side by side.
 */
function mayReplace(next: Resource, old: Resource): boolean {
  if (kindAndName(next) === kindAndName(old)) return false;
  return old.partOf === undefined || next === old.partOf || next.partOf === old.partOf;
}

async function verifyGone(resource: Resource, report: Report): Promise<void> {
  if (await isGone(resource, { report })) return;
  throw new UserError(`AWS accepted the removal of ${kindAndName(resource)} but still has it`);
}

function verify(resource: DeclaredResource, live: unknown): void {
  const remaining = resource.diff(live);
  if (remaining.length === 0) return;
  const fields = remaining.map(
    ({ path, from, secret }) => `${path} = ${secret ? '***' : (JSON.stringify(from) ?? 'nothing')}`,
  );
  throw new UserError(
    `AWS accepted the change of ${kindAndName(resource)} but still answers ${fields.join(', ')}`,
    exitCodes.failed,
    { next: 'run the same command again; it continues where this one ended' },
  );
}
