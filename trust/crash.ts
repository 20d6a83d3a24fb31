// Kills slsctl before and after each request that changes something. Running again must end as if nothing had happened.
import type { ChildProcess } from 'node:child_process';
import { startSlsctl } from '../test/support/cli.ts';
import { slsctl } from '../test/support/in-process.ts';
import { removeFolder } from '../test/support/project.ts';
import { difference, type Inventory, inventory } from './inventory.ts';
import { type Point, type Stage, Stages, services, titleOf, undisturbed } from './points.ts';
import { complaint, createProject, type Project, upTo } from './project.ts';
import { watch } from './proxy.ts';
import type { Section } from './section.ts';
import { sample, sideBySide } from './work.ts';

type Moment = 'before' | 'after';

export const crash: Section = async (size, say) => {
  const runs = await undisturbed();
  const all = runs.flatMap(({ points, after }) =>
    points.flatMap((point) => (['before', 'after'] as Moment[]).map((moment) => ({ point, moment, after }))),
  );
  const chosen = size === 'whole' ? all : sample(all, 8);
  let done = 0;
  const broken: string[] = [];
  const stages = [new Stages(), new Stages()];
  try {
    await sideBySide(chosen, stages.length, async ({ point, moment, after }, index, worker) => {
      const stage = await (stages[worker] as Stages).next();
      const problem = await killed(point, moment, after, `k${index}`, stage);
      if (problem) broken.push(`killed ${moment} ${titleOf(point)}: ${problem}`);
      say(`${++done} of ${chosen.length} points, ${broken.length} broken`);
    });
  } finally {
    await Promise.all(stages.map((one) => one.close()));
  }
  return { figures: `${chosen.length - broken.length} of ${chosen.length} points converge`, broken };
};

/** Resolves with the problem; undefined: it converges. */
async function killed(
  point: Point,
  moment: Moment,
  wanted: Inventory,
  name: string,
  { aws, clients }: Stage,
): Promise<string | undefined> {
  const { step } = point;
  const project = await createProject(name);
  try {
    await upTo(step, project, aws.env);
    if (!(await killAt(point, moment, project, aws))) return 'the request was never sent';
    const again = await slsctl(step.args(project), { cwd: project.folder, env: aws.env });
    if (again.code !== 0) return `running again: ${complaint(again)}`;
    return await notConverged(point, project, wanted, { aws, clients });
  } finally {
    await removeFolder(project.folder);
  }
}

/** What differs from an undisturbed run, on AWS or in the next plan. */
export async function notConverged(
  { step }: Point,
  project: Project,
  wanted: Inventory,
  { aws, clients }: Stage,
): Promise<string | undefined> {
  const differs = difference(wanted, await inventory(clients, project.name));
  if (differs) return differs;
  if (step.name === 'rollback' || step.name === 'destroy') return undefined;
  const plan = await slsctl(['plan', '--exit-code'], { cwd: project.folder, env: aws.env });
  return plan.code === 0 ? undefined : `the next plan: exit ${plan.code}: ${plan.stdout}${plan.stderr}`;
}

async function killAt(point: Point, moment: Moment, project: Project, aws: Stage['aws']): Promise<boolean> {
  let child: ChildProcess | undefined;
  let dead = false;
  const proxy = await watch(aws.endpoint, services, async ({ name, number }, forward) => {
    if (dead) return false;
    const here = name === point.name && number === point.number;
    if (here && moment === 'before') dead = true;
    else await forward();
    if (here && moment === 'after') dead = true;
    if (here) child?.kill('SIGKILL');
    return !here;
  });
  const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
  const running = await startSlsctl(point.step.args(project), { cwd: project.folder, env });
  child = running.child;
  await running.done;
  await proxy.settled();
  await proxy.close();
  return dead;
}
