// Layers: publishing, reading, listing and deleting their versions.

import type * as sdk from '@aws-sdk/client-lambda';
import type { GetLayerVersionResponse, LayerVersionsListItem } from '@aws-sdk/client-lambda';
import { type Call, type Scope, scopePrefix } from '../../../call.ts';
import { partitionOf } from '../../../partition.ts';
import type { Handlers } from '../../../service.ts';
import { invalid, notFound } from '../errors.ts';
import { checkRequestSize } from '../functions/checks.ts';
import { lambdaDate } from '../functions/configuration.ts';
import { dropCode, location, storeCode } from '../functions/functions.ts';
import { isShared, refused } from '../functions/layers.ts';
import { creatable, layerRuntimes, runtimes } from '../functions/runtime-names.ts';
import { codeViolations } from '../functions/settings-model.ts';
import { page } from '../page.ts';
import { layerVersionPattern } from '../patterns.ts';
import type { LayerRecord } from '../records.ts';
import { keyOf, type LambdaState, prefixOf } from '../state.ts';
import { Violations } from '../violations.ts';

const layerNamePattern =
  '(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+';
const architectures = ['x86_64', 'arm64'];

/** A layer or one of its versions, as a request names it. */
export interface LayerReference extends Scope {
  readonly name: string;
  /** The ARN of the layer, without a version. */
  readonly arn: string;
}

export const layers: Handlers<typeof sdk, LambdaState> = {
  async PublishLayerVersion(input, { state, call }) {
    const { LayerName, Content, Description = '', LicenseInfo, CompatibleRuntimes } = input;
    const { CompatibleArchitectures } = input;
    checkRequestSize('PublishLayerVersion', Content?.ZipFile);
    const violations = new Violations()
      .length(Description, 'description', 256)
      .length(LicenseInfo, 'licenseInfo', 512)
      .length(CompatibleRuntimes, 'compatibleRuntimes', 15);
    if (CompatibleRuntimes?.some((runtime) => !runtimes.includes(runtime))) {
      violations.add(
        CompatibleRuntimes,
        'compatibleRuntimes',
        `Member must satisfy enum value set: [${creatable.join(', ')}]`,
      );
    }
    codeViolations(Content, 'content.', violations)
      .length(CompatibleArchitectures, 'compatibleArchitectures', 2)
      .eachOneOf(CompatibleArchitectures, 'compatibleArchitectures', architectures);
    const reference = parseLayer(LayerName, call, violations);
    const code = await storeCode(state, call, Content);
    try {
      const { account, region, name } = reference;
      const counter = `${account}/${region}/${name}`;
      const version = (state.layerNumbers.get(counter) ?? 0) + 1;
      const layer: LayerRecord = {
        name,
        account,
        region,
        version,
        description: Description,
        licenseInfo: LicenseInfo,
        compatibleRuntimes: CompatibleRuntimes,
        compatibleArchitectures: CompatibleArchitectures,
        code,
        created: Date.now(),
      };
      state.layerNumbers.put(counter, version);
      state.layers.put(keyOf(layer, name, String(version)), layer);
      return layerVersionOf(state, call, layer);
    } finally {
      state.code.release(code.sha256);
      await dropCode(state, [code]);
    }
  },

  GetLayerVersion({ LayerName, VersionNumber }, { state, call }) {
    const reference = parseLayer(LayerName, call);
    const layer = findLayer(state, call, reference, VersionNumber);
    if (!layer) throw notFound('The resource you requested does not exist.');
    return layerVersionOf(state, call, layer);
  },

  GetLayerVersionByArn({ Arn = '' }, { state, call }) {
    new Violations().length(Arn, 'arn', 2048, 1).pattern(Arn, 'arn', layerVersionPattern).refuse();
    // Layers of AWS itself do not exist here.
    if (Arn.includes(':::awslayer:')) throw notFound('The resource you requested does not exist.');
    const at = Arn.lastIndexOf(':');
    const layer = findLayer(state, call, parseLayer(Arn.slice(0, at), call), Number(Arn.slice(at + 1)));
    if (!layer) throw notFound('The resource you requested does not exist.');
    return layerVersionOf(state, call, layer);
  },

  ListLayers({ CompatibleRuntime, CompatibleArchitecture, Marker, MaxItems }, { state, call }) {
    checkFilter(CompatibleRuntime, CompatibleArchitecture);
    const newest = new Map<string, LayerRecord>();
    for (const [, layer] of state.layers.entries(scopePrefix(call))) {
      // In the order of their numbers, so the highest one remains.
      if (matches(layer, CompatibleRuntime, CompatibleArchitecture)) newest.set(layer.name, layer);
    }
    const { items, next } = page([...newest.values()], ({ name }) => name, Marker, MaxItems, 50);
    const Layers = items.map((layer) => ({
      LayerName: layer.name,
      LayerArn: layerArnOf(layer),
      LatestMatchingVersion: listItemOf(layer),
    }));
    return { Layers, ...(next ? { NextMarker: next } : {}) };
  },

  ListLayerVersions(input, { state, call }) {
    const { LayerName, CompatibleRuntime, CompatibleArchitecture, Marker, MaxItems } = input;
    checkFilter(CompatibleRuntime, CompatibleArchitecture);
    const reference = parseLayer(LayerName, call);
    const all = [...state.layers.entries(prefixOf(reference, reference.name))]
      .map(([, layer]) => layer)
      .filter((layer) => matches(layer, CompatibleRuntime, CompatibleArchitecture))
      .filter((layer) => layer.account === call.account || isShared(layer, call.account))
      .reverse();
    // Newest first: the marker sorts in ascending order, so it counts down.
    const countdown = ({ version }: LayerRecord) => String(9_999_999_999 - version).padStart(10, '0');
    const { items, next } = page(all, countdown, Marker, MaxItems, 50);
    return { LayerVersions: items.map(listItemOf), ...(next ? { NextMarker: next } : {}) };
  },

  async DeleteLayerVersion({ LayerName, VersionNumber }, { state, call }) {
    const reference = parseLayer(LayerName, call);
    checkNumber(VersionNumber);
    if (reference.account !== call.account) {
      throw refused(call, `${reference.arn}:${VersionNumber}`);
    }
    const key = keyOf(reference, reference.name, String(VersionNumber));
    const layer = state.layers.get(key);
    state.layers.remove(key);
    // Functions that use it keep it.
    if (layer) await dropCode(state, [layer.code]);
    return {};
  },
};

/** @throws ValidationException with the other violations too; a name or an ARN is valid */
export function parseLayer(
  text: string | undefined,
  call: Call,
  violations = new Violations(),
): LayerReference {
  const given = text ?? '';
  violations.length(given, 'layerName', 140, 1).pattern(given, 'layerName', layerNamePattern).refuse();
  const [, , , region = call.region, account = call.account, , name = given] = given.split(':');
  if (region !== call.region) {
    throw notFound(`Layers from '${region}' are not reachable in this region ('${call.region}')`);
  }
  return { name, account, region, arn: layerArnOf({ account, region, name }) };
}

/** @throws when the layer belongs to another account and is not shared */
export function findLayer(
  state: LambdaState,
  call: Call,
  reference: LayerReference,
  number: number | undefined,
): LayerRecord | undefined {
  checkNumber(number);
  const layer = state.layers.get(keyOf(reference, reference.name, String(number)));
  if (reference.account !== call.account && !(layer && isShared(layer, call.account))) {
    throw refused(call, `${reference.arn}:${number}`);
  }
  return layer;
}

function checkNumber(number: number | undefined): void {
  if (!(number !== undefined && number >= 1)) throw invalid('Layer Version Cannot be less than 1');
}

function checkFilter(runtime: string | undefined, architecture: string | undefined): void {
  const known = runtime !== undefined && runtimes.includes(runtime);
  new Violations()
    .oneOf(known ? undefined : runtime, 'compatibleRuntime', layerRuntimes)
    .oneOf(architecture, 'compatibleArchitecture', architectures)
    .refuse();
}

function matches(layer: LayerRecord, runtime: string | undefined, architecture: string | undefined): boolean {
  const { compatibleRuntimes = [], compatibleArchitectures = [] } = layer;
  return (
    (runtime === undefined || compatibleRuntimes.includes(runtime)) &&
    (architecture === undefined || compatibleArchitectures.includes(architecture))
  );
}

function layerArnOf({ account, region, name }: { account: string; region: string; name: string }): string {
  return `arn:${partitionOf(region)}:lambda:${region}:${account}:layer:${name}`;
}

/** Fields that were not sent are not answered either. */
function listItemOf(layer: LayerRecord): LayerVersionsListItem {
  return {
    LayerVersionArn: `${layerArnOf(layer)}:${layer.version}`,
    Version: layer.version,
    Description: layer.description,
    CreatedDate: lambdaDate(layer.created),
    CompatibleRuntimes: layer.compatibleRuntimes as LayerVersionsListItem['CompatibleRuntimes'],
    CompatibleArchitectures:
      layer.compatibleArchitectures as LayerVersionsListItem['CompatibleArchitectures'],
    LicenseInfo: layer.licenseInfo,
  };
}

function layerVersionOf(state: LambdaState, call: Call, layer: LayerRecord): GetLayerVersionResponse {
  return {
    ...listItemOf(layer),
    LayerArn: layerArnOf(layer),
    Content: {
      CodeSha256: layer.code.sha256,
      CodeSize: layer.code.size,
      Location: location(state, call.endpoint, layer.code),
    },
  };
}
