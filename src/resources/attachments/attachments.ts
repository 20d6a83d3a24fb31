// The attachments of a function, of all kinds, and the permissions that they need.
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import type { FunctionConfig } from '../../config/project.ts';
import { qualifierOf } from '../../config/qualifiers.ts';
import type { Resource } from '../../engine/resource.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { RoleStatement } from '../role/grants.ts';
import type { Things } from '../things/things.ts';
import { attachmentKinds } from './all.ts';
import { type ClaimSite, ClaimTable } from './claims.ts';
import { type Part, rowsOf, type Site } from './kind.ts';
import { Places } from './places.ts';
import { triggerQualifiers } from './triggers.ts';

export interface AttachmentResources {
  /** Those of the field `triggers`. */
  readonly triggers: readonly Resource[];
  /** An undeclared field has no resource: it is neither read nor changed. */
  readonly resources: readonly Resource[];
  /** Attachments that slsctl created for the function and slsctl.yml no longer declares. */
  leftBehind(): Promise<Resource[]>;
}

/** Makes no request. `only`: the fields that take part; the others say where these hang. */
export function attachmentResources(
  attachments: Attachments,
  siteOfFunction: Omit<Site, 'places'>,
  only: readonly (keyof Attachments)[] = Object.keys(attachmentKinds) as (keyof Attachments)[],
): AttachmentResources {
  const { host, things } = siteOfFunction;
  const places = new Places(host, attachments, claimsOf(attachments, { name: host.name, things }));
  const site: Site = { ...siteOfFunction, places };
  const rows = rowsOf(attachmentKinds, attachments);
  const takesPart = ({ field }: { field: keyof Attachments }) => only.includes(field);
  const made = new Map<string, Resource[]>();
  // The aliases come first, because the others need them; the triggers last, because they need permissions.
  for (const { field, kind, declared } of rows.toSorted((a, b) => rank(a.field) - rank(b.field))) {
    const resources = kind.resources(declared, site);
    places.know(resources);
    if (field === 'triggers') places.triggers.push(...resources);
    made.set(field, resources);
  }
  return {
    triggers: made.get('triggers') ?? [],
    resources: rows.filter(takesPart).flatMap(({ field }) => made.get(field) ?? []),
    async leftBehind() {
      const resources = rows.filter(takesPart).map(({ kind, declared }) => kind.leftBehind?.(declared, site));
      return (await Promise.all(resources)).flatMap((some) => some ?? []);
    },
  };
}

function rank(field: string): number {
  return field === 'aliases' ? 0 : field === 'triggers' ? 2 : 1;
}

/** Every attachment and trigger that the function may have; the caller reads each. */
export async function everyAttachment(aws: Aws, host: FunctionResource): Promise<Part[]> {
  const resources = rowsOf(attachmentKinds, {}).map(({ kind }) => kind.every(aws, host));
  return (await Promise.all(resources)).flat();
}

/** The statements that the declared fields need in the function's resource policies. */
export function claimsOf(attachments: Attachments, of: Pick<ClaimSite, 'name' | 'things'>): ClaimTable {
  const site = { qualifier: (named?: string) => qualifierOf(attachments, named), ...of };
  return new ClaimTable(
    rowsOf(attachmentKinds, attachments).flatMap(({ field, kind: { claims }, declared }) => {
      if (!claims) return [];
      // A function may be an authorizer of the project's API, whatever triggers it has.
      const more = field === 'triggers' ? (of.things.apis.own?.authorizerClaims(of.name) ?? []) : [];
      return [
        {
          claims: [...(isGiven(declared) ? claims.of(declared, site) : []), ...more],
          declared: declared !== undefined || more.length > 0,
          owns: claims.owns,
          outlasts: claims.outlasts,
        },
      ];
    }),
  );
}

/** The aliases to which the declared URL, permissions and triggers belong. */
export function trafficAliases(
  { name, attachments = {} }: Pick<FunctionConfig, 'name' | 'attachments'>,
  things: Things,
): string[] {
  const { url, permissions } = attachments;
  const named = [url, ...Object.values(permissions ?? {})].flatMap((one) =>
    one ? [qualifierOf(attachments, one.qualifier)] : [],
  );
  const all = new Set([
    ...named,
    ...claimsOf(attachments, { name, things }).qualifiers,
    ...triggerQualifiers(attachments),
  ]);
  return [...all].filter((qualifier) => qualifier !== undefined).sort();
}

/** The IAM statements that the execution role needs for the attachments. */
export function attachmentRoleStatements(attachments: Attachments = {}): RoleStatement[] {
  return rowsOf(attachmentKinds, attachments).flatMap(({ kind, declared }) =>
    isGiven(declared) ? (kind.roleStatements?.(declared) ?? []) : [],
  );
}

/** Whether the field is declared with a value; null declares absence. */
function isGiven(declared: unknown): boolean {
  return declared !== undefined && declared !== null;
}
