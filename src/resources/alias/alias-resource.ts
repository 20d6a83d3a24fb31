// An alias of a function as far as it is known without a declaration: read with its parts, and removed with them.
import { type AliasConfiguration, type FunctionConfiguration, GetAliasCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { attachmentFields } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { Attachment } from '../attachments/attachment.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { aliasesOf } from './list.ts';
import { type LiveProvisioned, provisionedChanges } from './provisioned.ts';
import { parseDescription } from './record.ts';
import { type AliasParts, partsInWords, readAliasParts, removeAlias } from './remove.ts';

export interface LiveAlias {
  readonly alias: AliasConfiguration;
  /** What it points to; asked when it follows the deployments. */
  readonly target?: FunctionConfiguration;
  /** undefined: there is none, or it was not asked for. */
  readonly provisioned?: LiveProvisioned;
  /** Its own parts; asked where it is not declared. */
  readonly parts?: AliasParts;
}

export class AliasResource extends Attachment<LiveAlias> {
  readonly kind = 'alias';
  override readonly name: string;
  readonly alias: string;
  private seen = false;

  constructor(aws: Aws, host: FunctionResource, alias: string) {
    super(aws, host);
    this.alias = alias;
    this.name = `${host.name}:${alias}`;
  }

  async read(): Promise<LiveAlias | undefined> {
    const [alias, parts] = await Promise.all([
      this.readAlias(),
      readAliasParts(this.aws, this.partOf.name, this.alias),
    ]);
    return alias && { alias, provisioned: parts.provisioned, parts };
  }

  /** At first with all the others of the function, in one question; later by itself. */
  protected async readAlias(): Promise<AliasConfiguration | undefined> {
    const FunctionName = this.partOf.name;
    const again = this.seen;
    this.seen = true;
    if (again) {
      return absent(() => this.aws.lambda.send(new GetAliasCommand({ FunctionName, Name: this.alias })));
    }
    return (await aliasesOf(this.aws, FunctionName)).find(({ Name }) => Name === this.alias);
  }

  declare({ alias, provisioned }: LiveAlias): Partial<Attachments> | undefined {
    const said = {
      Version: alias.FunctionVersion,
      Description: parseDescription(alias.Description).text,
      RoutingConfig: alias.RoutingConfig,
      ProvisionedConcurrentExecutions: provisioned?.requested,
    };
    return attachmentFields({ Aliases: { [this.alias]: said } });
  }

  loss({ alias, parts }: LiveAlias): string {
    const more = parts ? partsInWords(parts) : '';
    return `the name for version ${alias.FunctionVersion}${more}; callers get errors`;
  }

  removal({ alias, provisioned }: LiveAlias): Change[] {
    return [
      { path: 'FunctionVersion', from: alias.FunctionVersion, to: undefined },
      ...(provisioned ? provisionedChanges(null, provisioned) : []),
    ];
  }

  async remove({ parts }: LiveAlias): Promise<void> {
    const { aws, alias, partOf } = this;
    await removeAlias(aws, partOf.name, alias, parts ?? (await readAliasParts(aws, partOf.name, alias)));
  }
}

export function weightsOf(live: LiveAlias | undefined): Record<string, number> {
  return live?.alias.RoutingConfig?.AdditionalVersionWeights ?? {};
}
