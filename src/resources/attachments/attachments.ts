// The attachments of a function, of all kinds, and the permissions that they need.
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { qualifierOf } from '../../config/qualifiers.ts';
import type { Resource } from '../../engine/resource.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { RoleStatement } from '../role/grants.ts';
import { attachmentKinds } from './all.ts';
import type { Attachment } from './attachment.ts';
import { ClaimTable } from './claims.ts';
import { rowsOf, type Site } from './kind.ts';
import { Places } from './places.ts';

export interface AttachmentResources {
  /** An undeclared field has no resource: it is neither read nor changed. */
  readonly resources: readonly Resource[];
  /** Attachments that slsctl created for the function and slsctl.yml no longer declares. */
  leftBehind(): Promise<Resource[]>;
}

/** Makes no request. */
export function attachmentResources(
  attachments: Attachments,
  siteOfFunction: Omit<Site, 'places'>,
): AttachmentResources {
  const places = new Places(siteOfFunction.host, attachments, claimsOf(attachments));
  const site: Site = { ...siteOfFunction, places };
  const rows = rowsOf(attachmentKinds, attachments);
  const made = new Map<string, Resource[]>();
  // The aliases come first, because URLs and permissions need them.
  for (const { field, kind, declared } of rows.toSorted(aliasesFirst)) {
    const resources = kind.resources(declared, site);
    places.know(resources);
    made.set(field, resources);
  }
  return {
    resources: rows.flatMap(({ field }) => made.get(field) ?? []),
    async leftBehind() {
      const resources = rows.map(({ kind, declared }) => kind.leftBehind?.(declared, site));
      return (await Promise.all(resources)).flatMap((some) => some ?? []);
    },
  };
}

function aliasesFirst(one: { field: string }, other: { field: string }): number {
  return Number(other.field === 'aliases') - Number(one.field === 'aliases');
}

/** Every attachment that the function may have; the caller reads each. */
export async function everyAttachment(aws: Aws, host: FunctionResource): Promise<Attachment<unknown>[]> {
  const resources = rowsOf(attachmentKinds, {}).map(({ kind }) => kind.every(aws, host));
  return (await Promise.all(resources)).flat();
}

/** The statements that the declared fields need in the function's resource policies. */
export function claimsOf(attachments: Attachments): ClaimTable {
  const site = { qualifier: (named?: string) => qualifierOf(attachments, named) };
  return new ClaimTable(
    rowsOf(attachmentKinds, attachments).flatMap(({ kind: { claims }, declared }) =>
      claims
        ? [
            {
              claims: isGiven(declared) ? claims.of(declared, site) : [],
              declared: declared !== undefined,
              owns: claims.owns,
            },
          ]
        : [],
    ),
  );
}

/** The aliases to which the declared URL and permissions belong. */
export function trafficAliases(attachments: Attachments = {}): string[] {
  const { url, permissions } = attachments;
  const named = [url, ...Object.values(permissions ?? {})].flatMap((one) =>
    one ? [qualifierOf(attachments, one.qualifier)] : [],
  );
  const all = new Set([...named, ...claimsOf(attachments).qualifiers]);
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
