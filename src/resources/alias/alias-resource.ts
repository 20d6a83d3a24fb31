// An alias without a declaration: reads it with its parts, and removes it with them.
import {
  type AliasConfiguration,
  DeleteAliasCommand,
  type FunctionConfiguration,
  GetAliasCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Change, Resource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { Attachment } from '../attachments/attachment.ts';
import { EventInvokeConfigResource } from '../attachments/event-invoke-config.ts';
import { FunctionUrlResource } from '../attachments/function-url.ts';
import { PermissionsResource } from '../attachments/permissions.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { aliasesOf } from './list.ts';
import { type LiveProvisioned, ProvisionedResource, provisionedChanges } from './provisioned.ts';
import { parseDescription } from './record.ts';

export interface LiveAlias {
  readonly alias: AliasConfiguration;
  /** The version that it points to; read only when the alias follows the deployments. */
  readonly target?: FunctionConfiguration;
  /** undefined: there is none, or it was not read. */
  readonly provisioned?: LiveProvisioned;
  /** Its own URL, permissions and other parts; read only when the alias is undeclared. */
  readonly parts?: readonly AliasPart[];
}

interface AliasPart {
  readonly resource: Resource;
  readonly live: unknown;
}

export class AliasResource extends Attachment<LiveAlias> {
  readonly kind = 'alias';
  readonly alias: string;
  protected readonly provisioned: ProvisionedResource;
  readonly outlives: readonly Resource[];
  private readonly parts: readonly Resource[];
  private seen = false;

  /** `outlives`: what calls it, and is removed or moved before. */
  constructor(aws: Aws, host: FunctionResource, alias: string, outlives: readonly Resource[] = []) {
    super(aws, host, alias);
    this.outlives = outlives;
    this.alias = alias;
    this.provisioned = new ProvisionedResource(aws, host, alias);
    this.parts = [
      this.provisioned,
      new FunctionUrlResource(aws, host, alias),
      new PermissionsResource(aws, host, alias),
      new EventInvokeConfigResource(aws, host, alias),
    ];
  }

  async read(): Promise<LiveAlias | undefined> {
    const [alias, parts] = await Promise.all([this.readAlias(), this.readParts()]);
    const provisioned = parts.find(({ resource }) => resource === this.provisioned);
    return alias && { alias, provisioned: provisioned?.live as LiveProvisioned | undefined, parts };
  }

  private async readParts(): Promise<AliasPart[]> {
    const parts = await Promise.all(
      this.parts.map(async (resource) => ({ resource, live: await resource.read() })),
    );
    return parts.filter(({ live }) => live !== undefined);
  }

  /** The first read lists all aliases of the function in one shared request; later reads ask for this alias alone. */
  protected async readAlias(): Promise<AliasConfiguration | undefined> {
    const FunctionName = this.partOf.name;
    const again = this.seen;
    this.seen = true;
    if (again) {
      return absent(() => this.aws.lambda.send(new GetAliasCommand({ FunctionName, Name: this.alias })));
    }
    return (await aliasesOf(this.aws, FunctionName)).find(({ Name }) => Name === this.alias);
  }

  fields({ alias, provisioned }: LiveAlias): Record<string, unknown> {
    const said = {
      Version: alias.FunctionVersion,
      Description: parseDescription(alias.Description).text,
      RoutingConfig: alias.RoutingConfig,
      ...(provisioned && this.provisioned.fields(provisioned)),
    };
    return { Aliases: { [this.alias]: said } };
  }

  loss({ alias, parts = [] }: LiveAlias): string {
    const name = `the name for version ${alias.FunctionVersion}`;
    const extents = parts.flatMap(({ resource, live }) => resource.extent?.(live) ?? []);
    return `${[name, ...extents].join(', ')}; callers get errors`;
  }

  removal({ alias, provisioned }: LiveAlias): Change[] {
    return [
      { path: 'FunctionVersion', from: alias.FunctionVersion, to: undefined },
      ...(provisioned ? provisionedChanges(null, provisioned) : []),
    ];
  }

  /** Removes the parts first: AWS would leave them behind. */
  async remove(live: LiveAlias): Promise<void> {
    const parts = live.parts ?? (await this.readParts());
    await Promise.all(parts.map(({ resource, live }) => resource.remove(live)));
    const alias = { FunctionName: this.partOf.name, Name: this.alias };
    await absent(() => this.aws.lambda.send(new DeleteAliasCommand(alias)));
  }
}

export function weightsOf(live: LiveAlias | undefined): Record<string, number> {
  return live?.alias.RoutingConfig?.AdditionalVersionWeights ?? {};
}
