// Queues, topics, buckets, tables and streams of a project: as a table and as data.
import type { Applied } from '../engine/apply.ts';
import type { Plan } from '../engine/plan.ts';
import type { Things } from '../resources/things/things.ts';
import { table } from '../ui/table.ts';
import type { Ui } from '../ui/ui.ts';

interface ThingState {
  kind: string;
  /** In slsctl.yml. */
  key: string;
  name: string;
  arn: string;
  deployed: boolean;
  /** Why it is left alone: it has another owner. */
  foreign?: string;
  changes: number;
}

/** The live state of each thing. */
export function thingStates(things: Things, { items }: Plan): ThingState[] {
  return [...apiState(things, items), ...madeStates(things, items)];
}

function madeStates(things: Things, items: Plan['items']): ThingState[] {
  return things.all.flatMap(({ kind, name, arn, own }) => {
    const item = items.find(({ resource }) => resource === own.resource);
    if (!item) return [];
    const { live, changes, reason } = item;
    const deployed = live !== undefined;
    return [{ kind, key: own.config.key, name, arn, deployed, foreign: reason, changes: changes.length }];
  });
}

/** The HTTP API of the project, with its stage, authorizers and domain name. */
function apiState({ apis }: Things, items: Plan['items']): ThingState[] {
  const { own } = apis;
  const item = items.find(({ resource }) => resource === own?.resource);
  if (!own || !item) return [];
  const { name, arn, kind } = own.resource;
  const changes = items
    .filter(({ resource }) => own.resources.includes(resource))
    .reduce((sum, one) => sum + one.changes.length, 0);
  const deployed = item.live !== undefined;
  return [{ kind, key: 'api', name, arn, deployed, foreign: item.reason, changes }];
}

/** undefined: the project has none. */
export function thingTable(states: readonly ThingState[], { style, width }: Ui): string | undefined {
  if (states.length === 0) return undefined;
  const { dim, bold, green, yellow } = style;
  const titles = ['KIND', 'KEY', 'NAME', 'CONFIG'].map((title) => dim(title));
  const rows = states.map(({ kind, key, name, deployed, foreign, changes }) => {
    if (!deployed) return [kind, key, bold(name), yellow('not deployed')];
    if (foreign) return [kind, key, bold(name), yellow(foreign)];
    const count = changes === 1 ? '1 change' : `${changes} changes`;
    return [kind, key, bold(name), changes === 0 ? green('in sync') : yellow(count)];
  });
  return table([titles, ...rows], { width, spare: ['KEY'] });
}

/** The things that are live after a deployment. */
export function thingData(things: Things, { live }: Applied) {
  return [...apiData(things, live), ...madeData(things, live)];
}

/** The HTTP API of the project; `target`: the name to which DNS must point its domain name. */
function apiData(things: Things, live: Applied['live']) {
  const { resource, domain } = things.apis.own ?? {};
  if (!resource || live.get(resource) === undefined) return [];
  const { name, arn, kind, endpoint } = resource;
  const ofDomain = domain?.target === undefined ? {} : { domain: domain.name, target: domain.target };
  return [{ kind, key: 'api', name, arn, region: things.place.region, url: endpoint, ...ofDomain }];
}

function madeData(things: Things, live: Applied['live']) {
  return things.all
    .filter(({ own }) => live.get(own.resource) !== undefined)
    .map(({ kind, name, arn, own, region }) => {
      const { url } = live.get(own.resource) as { url?: string };
      return { kind, key: own.config.key, name, arn, region, url };
    });
}

export type ThingData = ReturnType<typeof thingData>[number];
