// Plans a deployment: reads slsctl.yml, builds the packages, then reads the live state.
import type { Project } from '../config/project.ts';
import { selectFunctions } from '../config/select.ts';
import type { Context } from '../context.ts';
import { type Plan, plan } from '../engine/plan.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { waitingFor } from '../present/waiting-for.ts';
import { withDependencyLayers } from '../resources/layer/dependency-layers.ts';
import { adoptionFlags } from '../resources/owned/adoption.ts';
import { ownerOf } from '../resources/owned/ownership.ts';
import { codeScope, wholeScope } from '../resources/scope.ts';
import { type Stack, type StackOptions, stack } from '../resources/stack.ts';
import { refuseUncomparable } from './canary/comparable.ts';
import { type CanaryArgs, canaryOptions, refuseWithoutAlias } from './canary/options.ts';
import { makeDeploymentPackages } from './deployment-packages.ts';
import { keepEditorSchema } from './editor-schema.ts';
import { type CallsLatest, callsOfLatest, followed, warnOfLatest, withoutMoved } from './latest-callers.ts';
import { warnOfLayerSizes } from './layer-sizes.ts';
import { showOwnNames } from './own-names.ts';
import { checkConfirmed, nameOf } from './owners/confirm-name.ts';
import { refuseTriggers } from './triggers/problems.ts';
import { undeclaredResources } from './undeclared.ts';
import { refuseLargeEnvironments } from './variables/environment-size.ts';
import { withTarget } from './with-target.ts';

export interface DeployArgs extends CanaryArgs {
  /** Names of functions; empty: all. */
  functions?: string[];
  codeOnly?: boolean;
  prune?: boolean;
  adopt?: boolean;
  /** Owners whose resources are taken over: `shop` or `shop/prod`. */
  adoptFrom?: string[];
  rebuild?: boolean;
  /** Things that slsctl.yml no longer names are removed with their data. */
  deleteData?: boolean;
}

/** The command line of a deployment with these arguments. */
export function deployCommand(args: DeployArgs): string {
  const { functions = [], codeOnly, prune, deleteData, adopt, adoptFrom } = args;
  const given = [codeOnly && '--code-only', prune && '--prune', deleteData && '--delete-data'];
  const flags = given.filter(Boolean);
  return ['deploy', ...functions, ...flags, ...adoptionFlags({ unmarked: adopt, from: adoptFrom })].join(' ');
}

export interface PlannedDeployment {
  project: Project;
  stack: Stack;
  plan: Plan;
  /** Calls of $LATEST that no alias changes; undefined: they were not looked for. */
  callsLatest?: CallsLatest[];
}

export interface PlanningOptions extends Pick<StackOptions, 'roleBudget'> {
  /** Where the first line is, the target of the deployment. */
  targetIn: 'answer' | 'progress';
  /** Look for calls of $LATEST, and warn of them. A canary always does. */
  looksForCalls?: boolean;
}

/** Rejects with a UserError (exit 2), before any call to AWS, when config or code is wrong. */
export async function planDeployment(
  context: Context,
  args: DeployArgs,
  { targetIn, looksForCalls, ...options }: PlanningOptions,
): Promise<PlannedDeployment> {
  const declared = await context.project();
  checkConfirmed(context, [nameOf(declared)]);
  const canary = canaryOptions(args);
  if (canary) refuseWithoutAlias(selectFunctions(declared, args.functions), args);
  if (args.rebuild) await (await import('../packaging/build/cache.ts')).forgetBuilds(declared.dir);
  const [packages] = await Promise.all([
    makeDeploymentPackages(context, declared, selectFunctions(declared, args.functions)),
    keepEditorSchema(declared.dir),
  ]);
  const project = await context.resolvedProject({ functions: args.functions });
  const functions = selectFunctions(project, args.functions);
  const scope = args.codeOnly ? codeScope : wholeScope;
  const projectStack = stack(project, await context.awsForProject(), {
    functions,
    ...packages,
    scope,
    prune: args.prune,
    adopt: { unmarked: args.adopt, from: args.adoptFrom },
    deleteData: args.deleteData,
    resendsImages: args.rebuild,
    canary: canary?.weight,
    ...options,
  });
  const aws = await context.awsForProject();
  const all = scope.whole && !args.functions?.length;
  const known = withDependencyLayers(project, packages.dependencyLayers);
  const read = (warn: (text: string) => void) => {
    const former = projectStack.leftBehind();
    return Promise.all([
      plan(
        projectStack.resources,
        Promise.all([
          all ? undeclaredResources(known, aws, { warn, deleteData: args.deleteData, former }) : [],
          former,
        ]).then((undeclared) => undeclared.flat()),
      ),
      canary || looksForCalls ? callsOfLatest(context, followed(functions)) : undefined,
    ]);
  };
  const reading = `reading ${projectStack.resources.length} resources`;
  const [changes, calls] = await withTarget(context, targetIn, (warn) =>
    waitingFor(context, reading, () => read(warn)),
  );
  showOwnNames(context, changes.items);
  refuseAbsent(args, changes);
  refuseLargeEnvironments(changes, projectStack);
  await refuseTriggers(context, changes);
  warnOfLayerSizes(context, projectStack, changes, packages, ownerOf(project));
  if (canary) await refuseUncomparable(context, changes);
  const callsLatest = calls && withoutMoved(calls, changes);
  warnOfLatest(context, callsLatest ?? []);
  return { project, stack: projectStack, plan: changes, callsLatest };
}

/** `--code-only` cannot update a function that is not deployed. */
function refuseAbsent({ codeOnly }: DeployArgs, { items }: Plan): void {
  const absent = items
    .filter(({ action, resource }) => action === 'create' && !resource.partOf && !resource.boundTo)
    .map(({ resource }) => resource.name);
  if (!codeOnly || absent.length === 0) return;
  throw new UserError(
    `${absent.join(', ')}: not deployed yet, so --code-only has nothing to update`,
    exitCodes.failed,
    { next: { command: 'deploy' } },
  );
}
