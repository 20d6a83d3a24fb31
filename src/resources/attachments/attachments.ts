// The attachments that a project declares for a function, as resources.
import type { Aws } from '../../aws/aws.ts';
import type { FunctionConfig } from '../../config/project.ts';
import type { Resource } from '../../engine/resource.ts';
import { type AliasOptions, AliasResource } from '../alias/alias.ts';
import { AliasesRemoval } from '../alias/all-aliases.ts';
import type { FunctionResource } from '../function/function.ts';
import { CodeSigningResource } from './code-signing.ts';
import { ConcurrencyResource } from './concurrency.ts';
import { EventInvokeConfigResource } from './event-invoke-config.ts';
import { FunctionUrlResource } from './function-url.ts';
import { PermissionsResource } from './permissions.ts';
import { RecursionResource } from './recursion.ts';
import { RuntimeManagementResource } from './runtime-management.ts';

/** What is not declared has no resource, and is neither read nor changed. */
export function attachmentResources(
  aws: Aws,
  { attachments = {} }: FunctionConfig,
  host: FunctionResource,
  { prune, canary }: { prune?: boolean; canary?: number } = {},
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
  if (eventInvokeConfig !== undefined) {
    found.push(new EventInvokeConfigResource(aws, host, eventInvokeConfig));
  }
  const refused = Object.entries(permissions ?? {}).flatMap(([id, one]) => (one === null ? id : []));
  const address = url === undefined ? undefined : new FunctionUrlResource(aws, host, url, refused);
  if (address) found.push(address);
  if (permissions !== undefined) {
    found.push(new PermissionsResource(aws, host, { wanted: permissions, prune, url: address }));
  }
  if (recursiveLoop !== undefined) {
    found.push(new RecursionResource(aws, host, recursiveLoop ?? 'Terminate'));
  }
  if (codeSigningConfigArn !== undefined) {
    found.push(new CodeSigningResource(aws, host, codeSigningConfigArn));
  }
  if (runtimeManagementConfig !== undefined) {
    found.push(
      new RuntimeManagementResource(aws, host, runtimeManagementConfig ?? { updateRuntimeOn: 'Auto' }),
    );
  }
  return [
    ...concurrencyResources(aws, { attachments }, host),
    ...found,
    ...aliasResources(aws, { attachments }, host, { canary }),
  ];
}

export function concurrencyResources(
  aws: Aws,
  { attachments }: Pick<FunctionConfig, 'attachments'>,
  host: FunctionResource,
): Resource[] {
  const reserved = attachments?.reservedConcurrentExecutions;
  return reserved === undefined ? [] : [new ConcurrencyResource(aws, host, reserved)];
}

/** `null` for all of them: none may be there. */
export function aliasResources(
  aws: Aws,
  { attachments }: Pick<FunctionConfig, 'attachments'>,
  host: FunctionResource,
  options: AliasOptions = {},
): Resource[] {
  const aliases = attachments?.aliases;
  if (aliases === null) return [new AliasesRemoval(aws, host)];
  return Object.entries(aliases ?? {}).map(([name, wanted]) => {
    const follows = wanted !== null && wanted.version === undefined;
    return new AliasResource(aws, host, name, wanted, follows ? options : {});
  });
}

export function hasAliases({ attachments }: FunctionConfig): boolean {
  return Object.values(attachments?.aliases ?? {}).some(Boolean);
}

/** An alias of the function is moved to what a deployment publishes. */
export function hasFollowers({ attachments }: FunctionConfig): boolean {
  return Object.values(attachments?.aliases ?? {}).some((alias) => alias && alias.version === undefined);
}
