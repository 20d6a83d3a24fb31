// The attachments that a project declares for a function, as resources.
import type { Aws } from '../../aws/aws.ts';
import type { FunctionConfig } from '../../config/project.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Resource } from '../../engine/resource.ts';
import { type AliasOptions, DeclaredAlias } from '../alias/alias.ts';
import { AliasResource } from '../alias/alias-resource.ts';
import { aliasesOf } from '../alias/list.ts';
import type { DeclaredFunction } from '../function/function.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { Attachment } from './attachment.ts';
import { CodeSigningResource, DeclaredCodeSigning } from './code-signing.ts';
import { ConcurrencyResource, DeclaredConcurrency } from './concurrency.ts';
import { DeclaredEventInvokeConfig, EventInvokeConfigResource } from './event-invoke-config.ts';
import { DeclaredFunctionUrl, FunctionUrlResource, publicStatements } from './function-url.ts';
import { DeclaredPermissions, PermissionsResource } from './permissions.ts';
import { DeclaredRecursion, RecursionResource } from './recursion.ts';
import { DeclaredRuntimeManagement, RuntimeManagementResource } from './runtime-management.ts';
import type { Claims } from './statements.ts';

/** What is not declared has no resource, and is neither read nor changed. */
export function attachmentResources(
  aws: Aws,
  { attachments = {} }: Pick<FunctionConfig, 'attachments'>,
  host: DeclaredFunction,
  { prune, ...aliases }: { prune?: boolean } & AliasOptions = {},
): Resource[] {
  const {
    eventInvokeConfig,
    url,
    permissions,
    recursiveLoop,
    codeSigningConfigArn,
    runtimeManagementConfig,
  } = attachments;
  const found: Resource[] = [];
  if (eventInvokeConfig === null) found.push(new EventInvokeConfigResource(aws, host));
  else if (eventInvokeConfig) found.push(new DeclaredEventInvokeConfig(aws, host, eventInvokeConfig));
  if (url === null) found.push(new FunctionUrlResource(aws, host));
  else if (url) found.push(new DeclaredFunctionUrl(aws, host, url));
  if (permissions !== undefined || url !== undefined) {
    const claims = claimsOf(attachments);
    found.push(new DeclaredPermissions(aws, host, { declared: permissions, claims, prune }));
  }
  if (recursiveLoop !== undefined) found.push(new DeclaredRecursion(aws, host, recursiveLoop));
  if (codeSigningConfigArn === null) found.push(new CodeSigningResource(aws, host));
  else if (codeSigningConfigArn) found.push(new DeclaredCodeSigning(aws, host, codeSigningConfigArn));
  if (runtimeManagementConfig !== undefined) {
    found.push(new DeclaredRuntimeManagement(aws, host, runtimeManagementConfig));
  }
  return [
    ...concurrencyResources(aws, { attachments }, host),
    ...found,
    ...aliasResources(aws, { attachments }, host, aliases),
  ];
}

/** The statements that the other fields need. */
export function claimsOf({ url }: Attachments): Claims {
  const claimed = url?.authType === 'NONE' ? publicStatements : {};
  const owns = (id: string) => Object.hasOwn(publicStatements, id);
  const released = (id: string) => url !== undefined && owns(id) && !Object.hasOwn(claimed, id);
  return { claimed, owns, released };
}

/** Every attachment that the function may have, to be read; and each of its aliases. */
export async function everyAttachment(aws: Aws, host: FunctionResource): Promise<Attachment<unknown>[]> {
  const aliases = await aliasesOf(aws, host.name);
  return [
    new ConcurrencyResource(aws, host),
    new EventInvokeConfigResource(aws, host),
    new FunctionUrlResource(aws, host),
    new PermissionsResource(aws, host),
    new RecursionResource(aws, host),
    new CodeSigningResource(aws, host),
    new RuntimeManagementResource(aws, host),
    ...aliases.map(({ Name = '' }) => new AliasResource(aws, host, Name)),
  ];
}

function concurrencyResources(
  aws: Aws,
  { attachments }: Pick<FunctionConfig, 'attachments'>,
  host: DeclaredFunction,
): Resource[] {
  const reserved = attachments?.reservedConcurrentExecutions;
  if (reserved === undefined) return [];
  return [
    reserved === null ? new ConcurrencyResource(aws, host) : new DeclaredConcurrency(aws, host, reserved),
  ];
}

/** `null` for all of them: those that are live are found by alias/undeclared.ts. */
function aliasResources(
  aws: Aws,
  { attachments }: Pick<FunctionConfig, 'attachments'>,
  host: DeclaredFunction,
  options: AliasOptions = {},
): Resource[] {
  const aliases = attachments?.aliases;
  return Object.entries(aliases ?? {}).map(([name, declared]) => {
    if (declared === null) return new AliasResource(aws, host, name);
    const follows = declared.version === undefined;
    return new DeclaredAlias(aws, host, { name, declared, ...(follows ? options : {}) });
  });
}

export function hasAliases({ attachments }: FunctionConfig): boolean {
  return Object.values(attachments?.aliases ?? {}).some(Boolean);
}

/** An alias of the function is moved to what a deployment publishes. */
export function hasFollowers({ attachments }: FunctionConfig): boolean {
  return Object.values(attachments?.aliases ?? {}).some((alias) => alias && alias.version === undefined);
}
