// All aliases of a function, where the project says that there must be none.
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import type { Change } from '../../engine/resource.ts';
import { Attachment } from '../attachments/attachment.ts';
import { aliasesOf } from './list.ts';
import { type AliasParts, partsInWords, readAliasParts, removeAlias } from './remove.ts';

type LiveAliases = { alias: AliasConfiguration; parts: AliasParts }[];

export class AliasesRemoval extends Attachment<LiveAliases> {
  readonly kind = 'aliases';

  async read(): Promise<LiveAliases | undefined> {
    const found = await aliasesOf(this.aws, this.name);
    if (found.length === 0) return undefined;
    return Promise.all(
      found.map(async (alias) => {
        const parts = await readAliasParts(this.aws, this.name, alias.Name ?? '');
        return { alias, parts };
      }),
    );
  }

  loss(live: LiveAliases): string {
    const names = live.map(({ alias, parts }) => `${alias.Name}${partsInWords(parts)}`);
    return `the names ${names.join('; ')}; callers get errors`;
  }

  /** Each alias says so for itself. */
  declare(): undefined {}

  removal(live: LiveAliases): Change[] {
    return live.map(({ alias: { Name, FunctionVersion } }) => ({
      path: `${Name}.FunctionVersion`,
      from: FunctionVersion,
      to: undefined,
    }));
  }

  async remove(live: LiveAliases): Promise<void> {
    await Promise.all(
      live.map(({ alias, parts }) => removeAlias(this.aws, this.name, alias.Name ?? '', parts)),
    );
  }
}
