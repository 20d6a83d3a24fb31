// Sets each kind of fault at each request that changes something. The run must survive it by itself.

import { addFault, clearFaults, type FaultSettings, listFaults } from '../src/workflow/local-faults.ts';
import { runningLocal } from '../src/workflow/local-server.ts';
import { slsctl } from '../test/support/in-process.ts';
import { removeFolder } from '../test/support/project.ts';
import { notConverged } from './crash.ts';
import type { Inventory } from './inventory.ts';
import { type Point, type Stage, Stages, titleOf, undisturbed } from './points.ts';
import { complaint, createProject, upTo } from './project.ts';
import type { Section } from './section.ts';
import { sample, sideBySide } from './work.ts';

const kinds: readonly Omit<FaultSettings, 'operation'>[] = [
  { kind: 'throttle' },
  { kind: '500' },
  { kind: '503' },
  { kind: 'cut-before' },
  { kind: 'cut-after' },
  { kind: 'slow', delay: 300 },
];

export const faults: Section = async (size, say) => {
  const runs = await undisturbed();
  const all = runs.flatMap(({ points, after }) =>
    points.flatMap((point) => kinds.map((kind) => ({ point, kind, after }))),
  );
  const chosen = size === 'whole' ? all : sample(all, 20);
  let done = 0;
  const broken: string[] = [];
  const stages = new Stages();
  try {
    await sideBySide(chosen, 1, async ({ point, kind, after }, index) => {
      const problem = await met(point, kind, after, `f${index}`, await stages.next());
      if (problem) broken.push(`${kind.kind} at ${titleOf(point)}: ${problem}`);
      say(`${++done} of ${chosen.length} points, ${broken.length} broken`);
    });
  } finally {
    await stages.close();
  }
  return { figures: `${chosen.length - broken.length} of ${chosen.length} faults survived`, broken };
};

/** Resolves with the problem; undefined: the run survived. */
async function met(
  point: Point,
  kind: Omit<FaultSettings, 'operation'>,
  wanted: Inventory,
  name: string,
  stage: Stage,
): Promise<string | undefined> {
  const { step } = point;
  const { aws } = stage;
  const project = await createProject(name);
  const server = await runningLocal(aws.home);
  if (!server) throw new Error('the local AWS does not run');
  try {
    await upTo(step, project, aws.env);
    await addFault(server, { ...kind, operation: point.name, nth: point.number });
    const ran = await slsctl(step.args(project), { cwd: project.folder, env: aws.env });
    if ((await listFaults(server)).length > 0) return 'the request was never sent';
    if (ran.code !== 0) return complaint(ran);
    return await notConverged(point, project, wanted, stage);
  } finally {
    await clearFaults(server);
    await removeFolder(project.folder);
  }
}
