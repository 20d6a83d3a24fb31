// Interrupts slsctl at random moments. It says so, leaves nothing behind, and running again ends as if undisturbed.
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { slsctl } from '../test/support/in-process.ts';
import { removeFolder } from '../test/support/project.ts';
import { startChild } from './child.ts';
import { notConverged } from './crash.ts';
import { Dice } from './garbage/dice.ts';
import { type Stage, Stages, services, type Undisturbed, undisturbed } from './points.ts';
import { bundled, complaint, createProject, type Project, upTo } from './project.ts';
import { watch } from './proxy.ts';
import type { Section } from './section.ts';
import { sideBySide } from './work.ts';

const counts = { whole: 60, short: 4 };
const codes = { SIGINT: 130, SIGTERM: 143 } as const;

interface Moment {
  readonly run: Undisturbed;
  readonly signal: keyof typeof codes;
  /** After so many requests; undefined: some time after the start. */
  readonly request: number | undefined;
  /** Milliseconds after that. */
  readonly delay: number;
}

export const interruptions: Section = async (size, say) => {
  const runs = await undisturbed(bundled);
  const wanted = counts[size];
  const broken: string[] = [];
  let interrupted = 0;
  const stages = [new Stages(), new Stages()];
  try {
    // Some runs end before their signal comes; these do not count.
    const seeds = Array.from({ length: wanted * 3 }, (_, index) => index + 1);
    await sideBySide(seeds, stages.length, async (seed, _, worker) => {
      if (interrupted >= wanted) return;
      const moment = momentOf(new Dice(seed), runs);
      const name = `i${seed}`;
      const project = await createProject(name, bundled);
      try {
        const problems = await interrupt(moment, project, await (stages[worker] as Stages).next());
        if (!problems || interrupted >= wanted) return;
        interrupted += 1;
        const { run, signal, request, delay } = moment;
        const when =
          request === undefined ? `${delay} ms after the start` : `at request ${request} + ${delay} ms`;
        broken.push(
          ...problems.map((problem) => `seed ${seed}, ${run.step.name}, ${signal} ${when}: ${problem}`),
        );
        say(`${interrupted} of ${wanted} interruptions, ${broken.length} broken`);
      } finally {
        await removeFolder(project.folder);
      }
    });
  } finally {
    await Promise.all(stages.map((one) => one.close()));
  }
  if (interrupted < wanted) broken.push(`only ${interrupted} runs could be interrupted`);
  return { figures: `${interrupted} interruptions: ${broken.length} broken promises`, broken };
};

function momentOf(dice: Dice, runs: readonly Undisturbed[]): Moment {
  const run = dice.among(runs);
  const early = dice.below(4) === 0;
  return {
    run,
    signal: dice.among(['SIGINT', 'SIGTERM'] as const),
    request: early ? undefined : 1 + dice.below(run.requests),
    delay: early ? 50 + dice.below(400) : dice.below(20),
  };
}

/** Resolves with what is broken; undefined: the run ended before the signal. */
async function interrupt(moment: Moment, project: Project, stage: Stage): Promise<string[] | undefined> {
  const { run, signal, request, delay } = moment;
  const { step } = run;
  const { aws } = stage;
  await upTo(step, project, aws.env);
  let reached = () => {};
  const atRequest = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let requests = 0;
  let done = 0;
  let doneBefore = 0;
  const proxy = await watch(aws.endpoint, services, async ({ writes }, forward) => {
    if (++requests === request) reached();
    await forward();
    if (writes) done += 1;
    return true;
  });
  const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
  const child = await startChild(step.args(project), project.folder, env);
  void (request === undefined ? sleep(delay) : atRequest.then(() => sleep(delay))).then(() => {
    doneBefore = done;
    child.process.kill(signal);
  });
  const ended = await child.done;
  await proxy.settled();
  await proxy.close();
  if (ended.code === 0) return undefined;
  const problems: string[] = [];
  if (ended.code !== codes[signal]) problems.push(complaint(ended));
  // A signal may come before slsctl has begun.
  else if (requests > 0 && !/^error: (interrupted|terminated)/m.test(ended.stderr))
    problems.push(`it does not say that it was interrupted: ${ended.stderr.slice(-300)}`);
  // Several requests may make one resource, and the last answers may not have been read.
  else if (doneBefore > 10 && !/^(done|gone|✓)/m.test(ended.stdout + ended.stderr)) {
    problems.push(`it does not name what was done: ${ended.stderr.slice(-300)}`);
  }
  if (ended.left.length > 0) problems.push(`it leaves ${ended.left.join(', ')}`);
  const strange = await strangeFiles(project.folder);
  if (strange.length > 0) problems.push(`it leaves ${strange.join(', ')} in the project`);
  const again = await slsctl(step.args(project), { cwd: project.folder, env: aws.env });
  if (again.code !== 0) problems.push(`running again: ${complaint(again)}`);
  const differs = await notConverged({ step, name: '', number: 0 }, project, run.after, stage);
  if (differs) problems.push(differs);
  return problems;
}

/** Files of the project that are neither its own nor ones that slsctl keeps there. */
async function strangeFiles(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true });
  return found.filter((path) => /(^|[\\/])[^\\/]*(\.new|\.tmp|~|-[0-9a-f]{8,})$/.test(path));
}
