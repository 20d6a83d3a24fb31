// `slsctl deploy`: makes AWS match slsctl.yml, and shows the live functions.
import type { Attachments } from '../config/attachments/all.ts';
import type { Context } from '../context.ts';
import { hasChanges } from '../engine/plan.ts';
import { badInput, exitCodes } from '../errors/user-error.ts';
import { applyPlan } from '../present/apply-plan.ts';
import { curlLine } from '../present/curl.ts';
import { deployedText, finishedFunctions, functionData, noteDone, noteKept } from '../present/deployment.ts';
import { failureData, reportFailures } from '../present/failures.ts';
import { beforeChanges } from '../present/interrupted.ts';
import { planData } from '../present/plan-data.ts';
import { reachFor } from '../present/reach.ts';
import { thingData } from '../present/things.ts';
import { canaryOptions } from '../workflow/canary/options.ts';
import { reportBaked } from '../workflow/canary/report.ts';
import { bake } from '../workflow/canary/watch.ts';
import { dryRun } from '../workflow/dry-run.ts';
import { confirmLosses } from '../workflow/losses/confirm.ts';
import { refuseChanges } from '../workflow/losses/refuse.ts';
import { refuseObstacles } from '../workflow/owners/obstacles.ts';
import { type DeployArgs, deployCommand, planDeployment } from '../workflow/plan-deployment.ts';

export interface DeployCommandArgs extends DeployArgs {
  dryRun?: boolean;
}

export async function deploy(context: Context, args: DeployCommandArgs): Promise<number> {
  if (args.dryRun) return dryRun(context, args);
  const { ui, options, env } = context;
  const started = performance.now();
  const budget = roleBudget(env);
  const canary = canaryOptions(args);
  const nothing = 'nothing was changed';
  const { project, stack, plan, callsLatest, agreed } = await beforeChanges(context, nothing, async () => {
    const planned = await planDeployment(context, args, { roleBudget: budget, targetIn: 'progress' });
    await refuseObstacles(context, planned.plan, deployCommand(args));
    await refuseChanges(context, planned.plan);
    noteKept(ui, planned.plan);
    return { ...planned, agreed: await confirmLosses(context, planned.plan, args) };
  });
  if (!agreed) {
    ui.note(nothing);
    return exitCodes.failed;
  }
  const changed = hasChanges(plan);
  const began = new Date();
  const applied = await applyPlan(context, plan, async (cut) => {
    // After Ctrl-C, aliases that already send requests to a canary go back at once.
    if (canary) await bake(context, cut, began, canary).catch(() => {});
  });
  const baked = canary ? await bake(context, applied, began, canary) : [];
  const seconds = (performance.now() - started) / 1000;
  const exitCode = reportFailures(context, applied);
  const completed = reportBaked(context, baked);
  const finished = finishedFunctions(stack, applied);
  const reach = await reachFor((await context.awsForProject()).endpoint);
  const functions = finished.map((parts) => functionData(parts, applied, reach));
  const things = thingData(stack.things, applied);
  ui.answer({
    changed,
    seconds,
    functions,
    things,
    changes: planData(plan, options),
    ...(canary ? { canaries: baked, callsLatest } : {}),
    ...failureData(ui, applied),
  });
  if (exitCode !== exitCodes.done) {
    noteDone(ui, applied, stack);
    ui.note('running the same command again continues from here');
    return exitCode;
  }
  if (!completed) return exitCodes.failed;
  ui.print(
    changed
      ? deployedText(functions, things, { target: await context.target(), seconds }, ui.style)
      : 'Nothing to change.',
  );
  const several = project.functions.length > 1;
  const name = several && finished[0] ? `${finished[0].config.key} ` : '';
  const machine = things.find(({ kind }) => kind === 'state machine');
  const call = machine
    ? `--state-machine ${machine.key}`
    : `${name}${payloadOf(finished[0]?.config.attachments)}`;
  ui.next(curlLine(functions) ?? { command: `invoke ${call}` });
  return exitCodes.done;
}

/** A function with triggers expects the event of its first one, and a function behind a URL that of a request. */
function payloadOf({ triggers, url }: Partial<Attachments> = {}): string {
  const [first] = (triggers ?? []).flatMap((entry) =>
    Object.keys(entry).filter((key) => sampled.includes(key)),
  );
  const kind = first ?? (url && 'http');
  return kind ? `--event ${kind}` : `--payload '{"name": "Sam"}'`;
}

/** Kinds of triggers with a sample event. */
const sampled = [
  ...['s3', 'sqs', 'sns', 'dynamodb', 'kinesis', 'schedule', 'event', 'logs'],
  ...['http', 'rest', 'alb', 'cognito', 'ses', 'iot', 'edge'],
];

/** How long Lambda may refuse a new role, in milliseconds, from `SLSCTL_ROLE_BUDGET` (seconds); undefined: the default. */
function roleBudget({ SLSCTL_ROLE_BUDGET: text }: NodeJS.ProcessEnv): number | undefined {
  if (!text) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  throw badInput(`SLSCTL_ROLE_BUDGET is '${text}'`, { next: 'set it to a number of seconds, like 180' });
}
