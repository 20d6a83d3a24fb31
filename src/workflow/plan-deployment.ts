// From slsctl.yml to the plan: config, packages and live state, in the order that calls nothing too early.
import type { Project } from '../config/project.ts';
import { selectFunctions } from '../config/select.ts';
import type { Context } from '../context.ts';
import { type Plan, plan } from '../engine/plan.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { withDependencyLayers } from '../resources/layer/dependency-layers.ts';
import { ownerOf } from '../resources/owned/ownership.ts';
import { codeScope, wholeScope } from '../resources/scope.ts';
import { type Stack, type StackOptions, stack } from '../resources/stack.ts';
import { refuseUncomparable } from './canary/comparable.ts';
import { type CanaryArgs, canaryOptions, refuseWithoutAlias } from './canary/options.ts';
import { makeDeploymentPackages } from './deployment-packages.ts';
import { keepEditorSchema } from './editor-schema.ts';
import { warnOfLayerSizes } from './layer-sizes.ts';
import { undeclaredResources } from './undeclared.ts';

export interface DeployArgs extends CanaryArgs {
  /** Names; none: all. */
  functions?: string[];
  codeOnly?: boolean;
  prune?: boolean;
  adopt?: boolean;
  rebuild?: boolean;
}

/** The deployment that these are the arguments of. */
export function deployCommand({ functions = [], codeOnly, prune, adopt }: DeployArgs): string {
  const flags = [codeOnly && '--code-only', prune && '--prune', adopt && '--adopt'];
  return ['deploy', ...functions, ...flags.filter(Boolean)].join(' ');
}

export interface PlannedDeployment {
  project: Project;
  stack: Stack;
  plan: Plan;
}

/** Rejects with a UserError (exit 2) before anything is called when config or code is wrong. */
export async function planDeployment(
  context: Context,
  args: DeployArgs,
  options: Pick<StackOptions, 'roleBudget'> = {},
): Promise<PlannedDeployment> {
  const declared = await context.project();
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
  const made = stack(project, await context.aws(), {
    functions,
    ...packages,
    scope,
    prune: args.prune,
    adopt: args.adopt,
    canary: canary?.weight,
    ...options,
  });
  const aws = await context.aws();
  const all = scope.whole && !args.functions?.length;
  const known = withDependencyLayers(project, packages.dependencyLayers);
  const planned = await plan(
    made.resources,
    Promise.all([all ? undeclaredResources(context, known, aws) : [], made.leftBehind()]).then((undeclared) =>
      undeclared.flat(),
    ),
  );
  refuseAbsent(args, planned);
  warnOfLayerSizes(context, made, planned, packages, ownerOf(project));
  if (canary) await refuseUncomparable(context, planned);
  return { project, stack: made, plan: planned };
}

/** `--code-only` has nothing to change on a function that is not there. */
function refuseAbsent({ codeOnly }: DeployArgs, { items }: Plan): void {
  const absent = items
    .filter(({ action, resource }) => action === 'create' && !resource.partOf)
    .map(({ resource }) => resource.name);
  if (!codeOnly || absent.length === 0) return;
  throw new UserError(
    `${absent.join(', ')}: not deployed yet, so that --code-only has nothing to update`,
    exitCodes.failed,
    { next: { command: 'deploy' } },
  );
}
