// `slsctl deploy`: makes AWS match the config, and says what is live now.
import type { Context } from '../context.ts';
import type { Applied } from '../engine/apply.ts';
import { hasChanges, type Plan } from '../engine/plan.ts';
import { badInput, exitCodes } from '../errors/user-error.ts';
import { planData } from '../present/plan.ts';
import { applyPlan, failureData, reportFailures } from '../present/run-plan.ts';
import { AliasResource, type LiveAlias } from '../resources/alias/alias-resource.ts';
import { roleNameOf } from '../resources/function/live-functions.ts';
import type { LiveFunction } from '../resources/function/settings.ts';
import type { LiveLogGroup } from '../resources/log-group/read.ts';
import type { FunctionStack } from '../resources/stack.ts';
import { bytes, columns } from '../ui/table.ts';
import { acceptLosses } from '../workflow/accept-losses.ts';
import { dryRun } from '../workflow/dry-run.ts';
import { type DeployArgs, deployWords, prepare, refuseObstacles } from '../workflow/plan-deployment.ts';
import { bake, canaryOptions, reportBaked } from '../workflow/watch-canary.ts';

export interface DeployCommandArgs extends DeployArgs {
  dryRun?: boolean;
}

export async function deploy(context: Context, args: DeployCommandArgs): Promise<number> {
  if (args.dryRun) return dryRun(context, args);
  const { ui, options, env } = context;
  const started = performance.now();
  const budget = roleBudget(env);
  const canary = canaryOptions(args);
  const { project, stack, plan: planned } = await prepare(context, args, { roleBudget: budget });
  refuseObstacles(planned, deployWords(args));
  showNotes(context, planned);
  if (!(await acceptLosses(context, planned))) {
    ui.note('nothing was changed');
    return exitCodes.failed;
  }
  const changed = hasChanges(planned);
  const began = new Date();
  const applied = await applyPlan(context, planned, async (cut) => {
    // Aliases that give a canary its part already go back at once.
    if (canary) await bake(context, cut, began, canary).catch(() => {});
  });
  const baked = canary ? await bake(context, applied, began, canary) : [];
  const seconds = (performance.now() - started) / 1000;
  const exitCode = reportFailures(context, applied);
  const completed = reportBaked(context, baked);
  const finished = stack.functions.filter((one) => isLive(one, applied));
  const functions = finished.map((one) => functionData(one, applied));
  ui.answer({
    changed,
    seconds,
    functions,
    changes: planData(planned, options),
    ...(canary ? { canaries: baked } : {}),
    ...failureData(ui, applied),
  });
  if (exitCode !== exitCodes.done) {
    tellDone(context, applied, stack.functions);
    ui.note('running the same command again continues from here');
    return exitCode;
  }
  if (!completed) return exitCodes.failed;
  if (!changed) ui.print('Nothing to change.');
  else if (functions.length > few) ui.print(functionTable(functions, seconds, context));
  else ui.print(functions.map((one) => functionText(one, seconds, context)).join('\n\n'));
  const several = project.functions.length > 1;
  const name = several && finished[0] ? `${finished[0].config.key} ` : '';
  ui.next({ command: `invoke ${name}--payload '{"name": "Sam"}'` });
  return exitCodes.done;
}

/** For how long Lambda may refuse a new role, in milliseconds: `SLSCTL_ROLE_BUDGET` in seconds; undefined: the usual time. */
function roleBudget({ SLSCTL_ROLE_BUDGET: text }: NodeJS.ProcessEnv): number | undefined {
  if (!text) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  throw badInput(`SLSCTL_ROLE_BUDGET is '${text}'`, { next: 'set it to a number of seconds, like 180' });
}

/** Up to so many functions are shown at length. */
const few = 5;

/** After a failure: what is done nevertheless, and which functions are not what they should be. */
function tellDone({ ui }: Context, applied: Applied, functions: readonly FunctionStack[]): void {
  if (applied.done.length > 20) ui.note(`done: ${applied.done.length} other changes`);
  else for (const { kind, name } of applied.done) ui.note(`done: ${kind} ${name}`);
  const wrong = new Set([...applied.failed.map(({ resource }) => resource), ...applied.skipped]);
  const parts = ({ function: made, role, policies, logGroup, attachments }: FunctionStack) =>
    [made, role, policies, logGroup, ...attachments].some((one) => one && wrong.has(one));
  const incomplete = functions.filter(parts).map(({ config }) => config.key);
  if (functions.length > 1 && incomplete.length === 0) {
    ui.note(`all ${functions.length} functions are as declared`);
  } else if (functions.length > 1) {
    ui.note(
      `${functions.length - incomplete.length} of ${functions.length} functions are as declared; not: ${incomplete.join(', ')}`,
    );
  }
}

function functionTable(functions: readonly FunctionData[], seconds: number, { ui }: Context): string {
  const rows = functions.map((one) => [
    ui.style.bold(one.name),
    one.runtime ?? 'image',
    `${one.memorySize} MB`,
    `${one.timeout} s`,
    bytes(one.codeSize ?? 0),
  ]);
  const titles = ['FUNCTION', 'RUNTIME', 'MEMORY', 'TIMEOUT', 'CODE'].map((title) => ui.style.dim(title));
  return `${columns([titles, ...rows])}\n${functions.length} functions, ${seconds.toFixed(1)} s`;
}

function showNotes({ ui }: Context, { items }: Plan): void {
  for (const { resource, action, notes, reason } of items) {
    if (action === 'held') ui.note(`${resource.kind} ${resource.name} stays: ${reason}`);
    if (action === 'foreign') ui.note(`${resource.kind} ${resource.name} is left as it is: ${reason}`);
    for (const note of notes) ui.note(ui.style.dim(`${resource.kind} ${resource.name}: ${note}`));
  }
}

function isLive(one: FunctionStack, { live, failed, skipped }: Applied): boolean {
  const wrong = [...failed.map(({ resource }) => resource), ...skipped];
  return live.get(one.function) !== undefined && !wrong.includes(one.function);
}

function functionData(
  { config, function: resource, logGroup, attachments }: FunctionStack,
  { live }: Applied,
) {
  const { configuration } = live.get(resource) as LiveFunction;
  const group = logGroup && (live.get(logGroup) as LiveLogGroup | undefined);
  return {
    name: configuration.FunctionName ?? config.name,
    runtime: configuration.Runtime,
    memorySize: configuration.MemorySize,
    timeout: configuration.Timeout,
    codeSize: configuration.CodeSize,
    codeSha256: configuration.CodeSha256,
    role: configuration.Role,
    logGroup: logGroup?.name,
    logRetentionInDays: group?.group.retentionInDays,
    arn: configuration.FunctionArn,
    aliases: attachments
      .filter((one) => one instanceof AliasResource)
      .flatMap((one) => {
        const { alias } = (live.get(one) as LiveAlias | undefined) ?? {};
        return alias ? [{ name: one.alias, version: alias.FunctionVersion }] : [];
      }),
  };
}

type FunctionData = ReturnType<typeof functionData>;

function functionText(one: FunctionData, seconds: number, { ui }: Context): string {
  const kept = one.logRetentionInDays === undefined ? 'kept for ever' : `kept ${one.logRetentionInDays} days`;
  return columns([
    [ui.style.dim('function'), ui.style.bold(one.name)],
    [ui.style.dim('runtime'), one.runtime ?? ''],
    [ui.style.dim('memory'), `${one.memorySize} MB`],
    [ui.style.dim('timeout'), `${one.timeout} s`],
    [ui.style.dim('code size'), bytes(one.codeSize ?? 0)],
    [ui.style.dim('role'), roleNameOf(one.role ?? '')],
    ...(one.logGroup ? [[ui.style.dim('log group'), `${one.logGroup}, ${kept}`]] : []),
    [ui.style.dim('ARN'), one.arn ?? ''],
    ...one.aliases.map(({ name, version }) => [ui.style.dim('alias'), `${name}, version ${version}`]),
    [ui.style.dim('duration'), `${seconds.toFixed(1)} s`],
  ]);
}
