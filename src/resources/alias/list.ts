// Lists all aliases of a function with one request, however many callers ask.
import { paginateListAliases } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import { absent } from '../absent.ts';
import { shared } from '../shared-request.ts';

/** Empty when the function does not exist. Concurrent calls share one request. */
export const aliasesOf = shared(
  (FunctionName: string) => FunctionName,
  async ({ lambda }, FunctionName) => {
    const pages = paginateListAliases({ client: lambda }, { FunctionName });
    return (await absent(() => allItems(pages, ({ Aliases }) => Aliases))) ?? [];
  },
);

/** The function itself (undefined), and each of its live aliases. */
export async function qualifiersOf(aws: Aws, FunctionName: string): Promise<Qualifier[]> {
  const aliases = await aliasesOf(aws, FunctionName);
  return [undefined, ...aliases.map(({ Name }) => Name)];
}
