// All aliases of a function, where the project says that there must be none.
import { type AliasConfiguration, DeleteAliasCommand, paginateListAliases } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws/aws.ts';
import { absent } from './absent.ts';
import { Attachment } from './attachment.ts';
import type { FunctionResource } from './function.ts';
import type { Change } from './resource.ts';

export class AliasesRemoval extends Attachment<never, AliasConfiguration[]> {
  readonly kind = 'aliases';

  constructor(aws: Aws, host: FunctionResource) {
    super(aws, host, null);
  }

  async read(): Promise<AliasConfiguration[] | undefined> {
    const found = await aliasesOf(this.aws, this.name);
    return found.length > 0 ? found : undefined;
  }

  protected compare(): Change[] {
    return [];
  }

  loss(live: AliasConfiguration[]): string {
    return `the names ${live.map(({ Name }) => Name).join(', ')}; whoever calls them gets errors`;
  }

  /** Each alias says so for itself. */
  declare(): undefined {}

  protected losses(live: AliasConfiguration[]): Change[] {
    return live.map(({ Name, FunctionVersion }) => ({
      path: `${Name}.FunctionVersion`,
      from: FunctionVersion,
      to: undefined,
    }));
  }

  async apply(live: AliasConfiguration[] | undefined): Promise<AliasConfiguration[]> {
    return live ?? [];
  }

  /** AWS drops the provisioned concurrency of an alias with it. */
  async remove(live: AliasConfiguration[]): Promise<void> {
    const FunctionName = this.name;
    await Promise.all(
      live.map(({ Name }) =>
        absent(() => this.aws.lambda.send(new DeleteAliasCommand({ FunctionName, Name }))),
      ),
    );
  }
}

/** Every alias of a function; none when it is not there. */
export async function aliasesOf(aws: Aws, FunctionName: string): Promise<AliasConfiguration[]> {
  const found: AliasConfiguration[] = [];
  await absent(async () => {
    const pages = paginateListAliases({ client: aws.lambda }, { FunctionName });
    for await (const { Aliases = [] } of pages) found.push(...Aliases);
  });
  return found;
}
