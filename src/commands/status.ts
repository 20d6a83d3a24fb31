// `slsctl status`: shows the live functions of the project, and whether they match slsctl.yml.
import type { Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import { type Item, type Plan, plan } from '../engine/plan.ts';
import { UserError } from '../errors/user-error.ts';
import { addressLines, routeData, urlData } from '../present/addresses.ts';
import { type Reach, reachFor } from '../present/reach.ts';
import { thingStates, thingTable } from '../present/things.ts';
import { waitingFor } from '../present/waiting-for.ts';
import type { LiveFunction } from '../resources/function/settings.ts';
import { withDependencyLayers } from '../resources/layer/dependency-layers.ts';
import type { LiveLogGroup } from '../resources/log-group/read.ts';
import { type FunctionStack, type StackPackages, stack } from '../resources/stack.ts';
import { bytes, minute, table } from '../ui/table.ts';
import { makeDeploymentPackages } from '../workflow/deployment-packages.ts';
import { showOwnNames } from '../workflow/own-names.ts';
import { undeclaredResources } from '../workflow/undeclared.ts';
import { withTarget } from '../workflow/with-target.ts';

export async function status(context: Context): Promise<void> {
  const { ui } = context;
  const project = await context.resolvedProject();
  const packages = await packagesOrNot(context, project);
  const aws = await context.awsForProject();
  const projectStack = stack(project, aws, packages);
  const known = withDependencyLayers(project, packages?.dependencyLayers);
  const read = async (warn: (text: string) => void) => {
    const undeclared = Promise.all([
      undeclaredResources(known, aws, { warn }),
      projectStack.leftBehind(),
    ]).then((lists) => lists.flat());
    return { changes: await plan(projectStack.resources, undeclared), undeclared: await undeclared };
  };
  const reading = `reading ${projectStack.resources.length} resources`;
  const { changes, undeclared } = await withTarget(context, 'answer', (warn) =>
    waitingFor(context, reading, () => read(warn)),
  );
  showOwnNames(context, changes.items);
  const reach = await reachFor(aws.endpoint);
  const rows = projectStack.functions.map((parts) => state(parts, changes, reach));
  const things = thingStates(projectStack.things, changes);
  const undeclaredSet = new Set(undeclared);
  const dropped = changes.items.filter(
    ({ resource, action }) => undeclaredSet.has(resource) && ['delete', 'held', 'kept'].includes(action),
  );
  ui.answer({
    project: project.name,
    stage: project.stage,
    functions: rows,
    things,
    dropped: dropped.map(({ resource: { kind, name }, reason }) => ({ kind, name, reason })),
  });
  const { dim, bold, green, yellow } = ui.style;
  ui.print(
    table(
      [
        ['FUNCTION', 'STATE', 'RUNTIME', 'MEMORY', 'TIMEOUT', 'CODE', 'LOGS', 'LAST MODIFIED', 'CONFIG'].map(
          (title) => dim(title),
        ),
        ...rows.map((row) =>
          row.deployed
            ? [
                bold(row.name),
                row.state ?? '',
                row.runtime ?? '',
                `${row.memorySize} MB`,
                `${row.timeout} s`,
                bytes(row.codeSize ?? 0),
                row.logs === undefined ? 'none yet' : row.logs === 'never' ? 'for ever' : `${row.logs} days`,
                row.lastModified ?? '',
                row.foreign
                  ? yellow(row.foreign)
                  : row.changes === 0
                    ? green('in sync')
                    : yellow(row.changes === 1 ? '1 change' : `${row.changes} changes`),
              ]
            : [bold(row.name), yellow('not deployed')],
        ),
      ],
      { width: ui.width, spare: ['LOGS', 'CODE', 'TIMEOUT', 'MEMORY', 'RUNTIME', 'LAST MODIFIED'] },
    ),
  );
  const urls = addressLines(rows, ui.style);
  if (urls !== undefined) ui.print(urls);
  const tableOfThings = thingTable(things, ui);
  if (tableOfThings !== undefined) ui.print(tableOfThings);
  for (const { resource, reason } of dropped) {
    const fate = reason === undefined ? 'the next deploy removes it' : `it stays: ${reason}`;
    ui.print(yellow(`! ${resource.kind} ${resource.name} is not in slsctl.yml any more; ${fate}`));
  }
  if (rows.some(({ deployed }) => !deployed)) ui.next({ command: 'deploy' });
  else if (dropped.length > 0 || [...rows, ...things].some(({ changes }) => changes > 0))
    ui.next({ command: 'plan' });
}

/** If the packages cannot be built, the functions are still shown, but their code is not compared. */
async function packagesOrNot(context: Context, project: Project): Promise<StackPackages> {
  try {
    return await makeDeploymentPackages(context, project, project.functions);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.ui.warn(`the code is not compared: ${error.message}`);
    return {};
  }
}

function state({ config, ...parts }: FunctionStack, { items }: Plan, reach: Reach) {
  const itemOf = (resource: unknown) => items.find((item) => item.resource === resource);
  const own = [parts.function, parts.role, parts.policies, parts.logGroup, ...parts.attachments].map(itemOf);
  const item = itemOf(parts.function) as Item;
  const live = item.live as LiveFunction | undefined;
  const group = itemOf(parts.logGroup)?.live as LiveLogGroup | undefined;
  const { State, Runtime, MemorySize, Timeout, CodeSize, LastModified } = live?.configuration ?? {};
  return {
    name: config.name,
    deployed: live !== undefined,
    // Older functions, and some endpoints, answer without a state: such a function is ready.
    state: live && (State ?? 'Active'),
    runtime: Runtime,
    memorySize: MemorySize,
    timeout: Timeout,
    codeSize: CodeSize,
    lastModified: LastModified && minute(LastModified),
    logs: group && (group.group.retentionInDays ?? 'never'),
    url: urlData(parts.attachments, (attachment) => itemOf(attachment)?.live, reach),
    routes: routeData(parts.attachments, (attachment) => itemOf(attachment)?.live, reach),
    foreign: item.reason,
    changes: own.reduce((sum, item) => sum + (item?.changes.length ?? 0), 0),
  };
}
