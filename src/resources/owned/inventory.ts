// Finds the resources in the region that carry slsctl's marks: functions, log groups and things by their tags, layers by
// the description of their newest version, roles by path and description.
import { paginateListRoles } from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import { sectionOf, type ThingKind } from '../../config/things/kinds.ts';
import { scopeOf } from '../../errors/describe-error.ts';
import { ownedLayers } from '../layer/layers.ts';
import { rolePath } from '../names.ts';
import { describedRole } from '../role/role.ts';
import { thingNamed, thingServices } from '../things/arns.ts';
import { apiTag, configTag } from './ownership.ts';

export interface Owned {
  project: string;
  stage?: string;
  /** The slsctl.yml that created it; undefined: unknown. IAM lists roles without their tags, so it is unknown for roles. */
  config?: string;
  kind: 'function' | 'layer' | 'role' | 'log group' | 'HTTP API' | 'domain name' | ThingKind;
  name: string;
  /** For a role: the region of its function. */
  region?: string;
  /** For a role: its function. */
  function?: string;
}

export interface Inventory {
  /** Sorted by project, stage, region, kind and name. */
  readonly found: Owned[];
  /** The number of kinds that could be listed. */
  readonly listed: number;
  /** The kinds that could not be listed, and why. */
  readonly unknown: { what: string; error: unknown }[];
}

/**
 * The resources that this project owns in all its stages; without `project`, those of all projects. IAM has no
 * regions, so roles of all regions are included. Kinds that could not be listed are in `unknown`.
 */
export async function ownedBy(aws: Aws, project?: string): Promise<Inventory> {
  const [there, roles] = await Promise.all([inRegion(aws, project), ownedRoles(aws, project)]);
  // To read them takes ARNs with the account.
  if (there.found.some(({ kind }) => kind in sectionOf)) await aws.knowAccount();
  return {
    found: inOrder([...there.found, ...roles.found]),
    listed: there.listed + roles.listed,
    unknown: [...there.unknown, ...roles.unknown],
  };
}

/** The same, without roles. */
export function inRegion(aws: Aws, project?: string): Promise<Inventory> {
  return collected({
    'functions, log groups and other things with tags': tagged(aws, project),
    layers: layers(aws, project),
  });
}

/** The roles alone, of all regions. */
export function ownedRoles(aws: Aws, project?: string): Promise<Inventory> {
  return collected({ roles: roles(aws, project) });
}

async function collected(lists: Record<string, Promise<Owned[]>>): Promise<Inventory> {
  const unknown: Inventory['unknown'] = [];
  const found = await Promise.all(
    Object.entries(lists).map(([what, list]) =>
      list.catch((error: Error) => {
        if (scopeOf(error) !== 'call') throw error;
        unknown.push({ what, error });
        return [];
      }),
    ),
  );
  return { found: inOrder(found.flat()), listed: found.length - unknown.length, unknown };
}

/** By project, stage, region, kind and name. */
export function inOrder(owned: readonly Owned[]): Owned[] {
  return owned.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function order({ project, stage = '', region = '', kind, name }: Owned): string {
  return [project, stage, region, kind, name].join('\0');
}

async function tagged(aws: Aws, project?: string): Promise<Owned[]> {
  const found = await aws.tagged(['lambda', 'logs', 'apigateway', ...thingServices], {
    'slsctl:project': project === undefined ? [] : [project],
  });
  return found.flatMap(({ arn, tags }): Owned[] => {
    const named = nameOf(arn, tags);
    if (!named) return [];
    const { 'slsctl:project': owner = '', 'slsctl:stage': stage, [configTag]: config } = tags;
    return [{ project: owner, stage, config, ...named, region: aws.region }];
  });
}

/** undefined for kinds of resources that slsctl does not create. */
function nameOf(
  arn: string,
  { [apiTag]: api }: Readonly<Record<string, string>>,
): Pick<Owned, 'kind' | 'name'> | undefined {
  const [, , service, , , kind, ...rest] = arn.split(':');
  if (service === 'lambda' && kind === 'function') return { kind: 'function', name: rest[0] ?? '' };
  if (service === 'logs' && kind === 'log-group') return { kind: 'log group', name: rest[0] ?? '' };
  // These ARNs name no account: `arn:aws:apigateway:REGION::/apis/ID`.
  if (service === 'apigateway' && /^\/apis\/[^/]+$/.test(kind ?? '')) {
    return api === undefined ? undefined : { kind: 'HTTP API', name: api };
  }
  if (service === 'apigateway') {
    const [, domain] = /^\/domainnames\/([^/]+)$/.exec(kind ?? '') ?? [];
    return domain === undefined ? undefined : { kind: 'domain name', name: domain };
  }
  return thingNamed(arn);
}

async function layers(aws: Aws, project?: string): Promise<Owned[]> {
  const found = await ownedLayers(aws);
  return found
    .filter((one) => project === undefined || one.project === project)
    .map(({ project: of, stage, config, name }) => {
      return { project: of, stage, config, kind: 'layer', name, region: aws.region };
    });
}

async function roles({ iam }: Aws, project?: string): Promise<Owned[]> {
  const PathPrefix = project === undefined ? '/slsctl/' : rolePath(project);
  const all = await allItems(paginateListRoles({ client: iam }, { PathPrefix }), ({ Roles }) => Roles);
  return all.map(({ RoleName = '', Path = '', Description }) => {
    const { function: user, region, stage } = describedRole(Description) ?? {};
    return {
      project: Path.split('/')[2] ?? '',
      stage,
      kind: 'role',
      name: RoleName,
      region,
      function: user,
    };
  });
}
