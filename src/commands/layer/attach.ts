// `slsctl layer attach|detach`: changes the layers of a function in slsctl.yml and on AWS.
import { readFile } from 'node:fs/promises';
import { configValue, functionPath } from '../../config/edit.ts';
import { layerOf } from '../../config/layers.ts';
import type { FunctionConfig, Project } from '../../config/project.ts';
import { selectFunction, selectLayers } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { badInput, exitCodes, UserError } from '../../errors/user-error.ts';
import { FunctionResource } from '../../resources/function/function-resource.ts';
import { layerVersion } from '../../resources/layer/layers.ts';
import { layerName } from '../../resources/names.ts';
import { layersScope } from '../../resources/scope.ts';
import { changeConfig } from '../../workflow/change-config.ts';
import { makeDeploymentPackages } from '../../workflow/deployment-packages.ts';

export interface AttachArgs {
  layer: string;
  function?: string;
}

export async function layerAttach(context: Context, { layer, ...args }: AttachArgs): Promise<number> {
  const project = await context.project();
  const target = selectFunction(project, args.function);
  if (target.image !== undefined) {
    throw badInput(`${target.key} runs a container image, which cannot have layers`, {
      next: "copy the layer's files into the image instead",
    });
  }
  if (!isArn(layer)) selectLayers(project, layer);
  else if (!isVersionArn(layer)) {
    throw badInput(`${layer} is not the ARN of a layer version`, {
      next: { command: 'layer attach arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION' },
    });
  }
  const [now] = await Promise.all([
    declaredLayers(project, target),
    isArn(layer) ? mustExist(context, layer) : undefined,
  ]);
  const listed = now ?? (await liveLayers(context, project, target));
  const has = listed.some(({ written, value }) => written === layer || value === layer);
  const other = listed.findIndex(
    ({ value }) => isArn(layer) && isArn(value) && layerOf(value) === layerOf(layer),
  );
  const written = listed.map((entry) => entry.written);
  // A function can have one version of a layer only: the new version replaces the old one.
  const layers = has ? written : other < 0 ? [...written, layer] : written.with(other, layer);
  return change(context, { project, target, layers, verb: 'attached', layer });
}

export async function layerDetach(context: Context, { layer, ...args }: AttachArgs): Promise<number> {
  const project = await context.project();
  const target = selectFunction(project, args.function);
  const listed = (await declaredLayers(project, target)) ?? [];
  const remaining = listed.filter(
    ({ written, value }) => ![written, value, ...(isArn(value) ? [layerOf(value)] : [])].includes(layer),
  );
  if (remaining.length === listed.length) {
    const has = listed.map(({ written }) => written).join(', ');
    throw badInput(`${target.key} has no layer ${layer} in slsctl.yml`, {
      reason: has
        ? `it has: ${has}`
        : 'it has none there; layers that are not declared are left alone on AWS',
    });
  }
  const layers = remaining.map(({ written }) => written);
  return change(context, { project, target, layers, verb: 'detached', layer });
}

function isArn(layer: string): boolean {
  return layer.startsWith('arn:');
}

function isVersionArn(layer: string): boolean {
  return /:layer:[\w-]+:\d+$|::awslayer:[\w-]+$/.test(layer);
}

/** Rejects (exit 1) when the version does not exist. Called before the file is written. */
async function mustExist(context: Context, arn: string): Promise<void> {
  if (arn.includes('::awslayer:')) return;
  if (await layerVersion(await context.aws(), arn)) return;
  throw new UserError(`there is no layer version ${arn}`, exitCodes.failed, {
    reason: 'nothing was written',
    next: `aws lambda list-layer-versions --layer-name ${layerOf(arn)}`,
  });
}

interface Listed {
  /** As written in slsctl.yml. */
  written: string;
  /** With placeholders like `${region}` replaced, if their values are known. */
  value: string;
}

/** The function's layers: from its own entry, its stage or the defaults; undefined: none are declared. */
async function declaredLayers(
  project: Project,
  { key, settings }: FunctionConfig,
): Promise<Listed[] | undefined> {
  if (!settings.Layers) return undefined;
  const source = await readFile(project.file, 'utf8');
  const stage = project.stage === undefined ? [] : ['stages', project.stage];
  const places = [[...stage, 'functions', key], ['functions', key], [...stage, 'defaults'], ['defaults']].map(
    (place) => configValue(source, [...place, 'layers']),
  );
  const written = places.find((place) => Array.isArray(place)) as string[] | undefined;
  return settings.Layers.map((value, index) => ({ written: written?.[index] ?? value, value }));
}

/** The live layers: they are kept when `layers` is written to slsctl.yml for the first time. */
async function liveLayers(context: Context, project: Project, target: FunctionConfig): Promise<Listed[]> {
  const live = await new FunctionResource(await context.aws(), { name: target.name }).read();
  return (live?.configuration.Layers ?? []).map(({ Arn = '' }) => {
    const own = project.layers.find(({ key }) => {
      return layerOf(Arn).endsWith(`:layer:${layerName(project.name, key, project.stage)}`);
    });
    return { written: own?.key ?? Arn, value: own?.key ?? Arn };
  });
}

interface LayerChange {
  project: Project;
  target: FunctionConfig;
  layers: string[];
  verb: 'attached' | 'detached';
  layer: string;
}

function change(context: Context, { project, target, layers, verb, layer }: LayerChange): Promise<number> {
  return changeConfig(context, {
    target,
    edits: [{ path: [...functionPath(target.key, project.overlay), 'layers'], value: layers }],
    done: `${verb} ${layer}`,
    needless: (file) => `${layer} is attached to ${target.name} already, in ${file} and on AWS`,
    scope: layersScope,
    versioned: true,
    packages: (edited) => makeDeploymentPackages(context, edited, [selectFunction(edited, target.key)]),
    data: { layer, layers },
  });
}
