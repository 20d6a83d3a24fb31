// `slsctl layer list`: lists the layers of the project, including dependency layers, and the functions that use them.
import type { LayerVersionsListItem } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Project } from '../../config/project.ts';
import type { Context } from '../../context.ts';
import type { Owner } from '../../engine/resource.ts';
import { dependencyDescription } from '../../resources/layer/dependency-layers.ts';
import { LayerResource } from '../../resources/layer/layer.ts';
import { layerResources, layerUsers, ownedLayers } from '../../resources/layer/layers.ts';
import { readMark } from '../../resources/layer/mark.ts';
import { ownerOf } from '../../resources/owned/ownership.ts';
import { columns, minute } from '../../ui/table.ts';

/** Why the project has a layer. */
type Origin = 'slsctl.yml' | 'layer: auto' | 'not in slsctl.yml any more';

interface ProjectLayer {
  /** The key in slsctl.yml; for a layer that it does not declare, the physical name. */
  readonly key: string;
  readonly resource: LayerResource;
  readonly origin: Origin;
}

export async function layerList(context: Context): Promise<void> {
  const { ui } = context;
  const project = await context.resolvedProject();
  const aws = await context.aws();
  const owner = ownerOf(project);
  const declared = [...layerResources(aws, { owner, layers: project.layers })].map(
    ([key, resource]): ProjectLayer => ({ key, resource, origin: 'slsctl.yml' }),
  );
  const [users, ...lists] = await Promise.all([
    layerUsers(aws),
    ...declared.map((layer) => withVersions(layer)),
    undeclaredLayers(aws, owner, declared).then((layers) => Promise.all(layers.map(withVersions))),
  ]);
  const layers = lists.flat().map(({ key, resource, origin, versions }) => ({
    layer: key,
    name: resource.name,
    origin,
    foreign: foreignReason(resource, versions),
    versions: versions.map((version) => versionData(version, users)),
  }));
  const others = namedByArn(project).map((arn) => ({ arn, usedBy: users.get(arn) ?? [] }));
  ui.answer({ layers, others });
  if (layers.length + others.length === 0) {
    ui.print('the project has no layers, and its functions name none');
    return;
  }
  const { bold, dim, yellow } = ui.style;
  const paint = (origin: Origin) => (origin === 'layer: auto' ? dim : yellow);
  ui.print(
    columns([
      ['LAYER', 'VERSION', 'CREATED', 'RUNTIMES', 'USED BY'].map((title) => dim(title)),
      ...layers.flatMap(({ layer, origin, versions, foreign }) => {
        const from = origin === 'slsctl.yml' ? '' : paint(origin)(`, ${origin}`);
        if (versions.length === 0) return [[bold(layer), yellow('not published yet')]];
        const rows = versions.map(({ version, created, runtimes, usedBy }, index) => [
          index === 0 ? bold(layer) + from : '',
          String(version),
          minute(created),
          runtimes.join(', ') || 'any',
          usedBy.join(', ') || dim('nobody'),
        ]);
        return foreign ? [...rows, ['', yellow(`not this project's: ${foreign}`)]] : rows;
      }),
      ...others.map(({ arn, usedBy }) => [arn, '', '', '', usedBy.join(', ') || dim('nobody')]),
    ]),
  );
  if (layers.some(({ versions }) => versions.length === 0)) {
    ui.next({ command: 'layer publish' });
  } else if (layers.some(({ versions }) => versions.slice(1).some(({ usedBy }) => usedBy.length === 0))) {
    ui.next({ command: 'layer prune', why: 'removes old versions that no function uses' });
  }
}

async function withVersions(
  layer: ProjectLayer,
): Promise<ProjectLayer & { versions: LayerVersionsListItem[] }> {
  return { ...layer, versions: await layer.resource.versions() };
}

/** Layers of this project and stage that slsctl.yml does not declare. */
async function undeclaredLayers(
  aws: Aws,
  owner: Owner,
  declared: readonly ProjectLayer[],
): Promise<ProjectLayer[]> {
  const known = new Set(declared.map(({ resource }) => resource.name));
  const owned = await ownedLayers(aws);
  return owned
    .filter(
      ({ name, project, stage }) => project === owner.project && stage === owner.stage && !known.has(name),
    )
    .map(({ name, description }) => ({
      key: name,
      resource: new LayerResource(aws, { name, owner }),
      origin: description === dependencyDescription ? 'layer: auto' : 'not in slsctl.yml any more',
    }));
}

function namedByArn({ layers, functions }: Project): string[] {
  const names = new Set(layers.map(({ key }) => key));
  const named = functions.flatMap(({ settings }) => settings.Layers ?? []);
  return [...new Set(named)].filter((layer) => !names.has(layer));
}

function foreignReason(
  resource: LayerResource,
  [newest, ...others]: LayerVersionsListItem[],
): string | undefined {
  return newest && resource.foreign({ versions: [newest, ...others] });
}

function versionData(one: LayerVersionsListItem, users: ReadonlyMap<string, string[]>) {
  return {
    version: one.Version,
    arn: one.LayerVersionArn,
    created: one.CreatedDate,
    runtimes: one.CompatibleRuntimes ?? [],
    architectures: one.CompatibleArchitectures ?? [],
    description: readMark(one.Description)?.description ?? one.Description,
    license: one.LicenseInfo,
    usedBy: users.get(one.LayerVersionArn ?? '') ?? [],
  };
}
