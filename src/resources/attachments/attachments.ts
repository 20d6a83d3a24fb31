// The attachments of a function, of all kinds, and the permissions that they need.
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import type { Resource } from '../../engine/resource.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { RoleStatement } from '../role/grants.ts';
import { attachmentKinds } from './all.ts';
import type { Attachment } from './attachment.ts';
import { rowsOf, type Site } from './kind.ts';
import type { Claims } from './statements.ts';

type SiteOfFunction = Omit<Site, 'claims'>;

/** An undeclared field has no resource: it is neither read nor changed. */
export function attachmentResources(attachments: Attachments, site: SiteOfFunction): Resource[] {
  const claims = claimsOf(attachments);
  return rowsOf(attachmentKinds, attachments).flatMap(({ kind, declared }) =>
    kind.resources(declared, { ...site, claims }),
  );
}

/** Attachments that slsctl created for the function and slsctl.yml no longer declares. */
export async function attachmentsLeftBehind(
  attachments: Attachments,
  site: SiteOfFunction,
): Promise<Resource[]> {
  const claims = claimsOf(attachments);
  const resources = rowsOf(attachmentKinds, attachments).map(({ kind, declared }) =>
    kind.leftBehind?.(declared, { ...site, claims }),
  );
  return (await Promise.all(resources)).flatMap((some) => some ?? []);
}

/** Every attachment that the function may have; the caller reads each. */
export async function everyAttachment(aws: Aws, host: FunctionResource): Promise<Attachment<unknown>[]> {
  const resources = rowsOf(attachmentKinds, {}).map(({ kind }) => kind.every(aws, host));
  return (await Promise.all(resources)).flat();
}

/** The statements that the declared fields need in the function's resource policy. */
export function claimsOf(attachments: Attachments): Claims {
  const rows = rowsOf(attachmentKinds, attachments).flatMap(({ kind: { claims }, declared }) =>
    claims ? [{ ...claims, declared }] : [],
  );
  const claimed = Object.assign(
    {},
    ...rows.map((row) => (isGiven(row.declared) ? row.of(row.declared) : {})),
  );
  return {
    claimed,
    owns: (id) => rows.some((row) => row.owns(id)),
    released: (id) =>
      !Object.hasOwn(claimed, id) && rows.some((row) => row.declared !== undefined && row.owns(id)),
    any: rows.some((row) => row.declared !== undefined),
  };
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
