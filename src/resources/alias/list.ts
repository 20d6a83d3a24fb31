// Lists all aliases of a function with one request, however many callers ask.
import { type AliasConfiguration, paginateListAliases } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import { absent } from '../absent.ts';

type Answer = Promise<AliasConfiguration[]>;
const asked = new WeakMap<Aws, Map<string, Answer>>();

/** Empty when the function does not exist. Concurrent calls share one request. */
export function aliasesOf(aws: Aws, FunctionName: string): Answer {
  const underWay = asked.get(aws) ?? new Map<string, Answer>();
  asked.set(aws, underWay);
  const known = underWay.get(FunctionName);
  if (known) return known;
  const answer = list(aws, FunctionName).finally(() => underWay.delete(FunctionName));
  underWay.set(FunctionName, answer);
  return answer;
}

async function list(aws: Aws, FunctionName: string): Answer {
  const pages = paginateListAliases({ client: aws.lambda }, { FunctionName });
  return (await absent(() => allItems(pages, ({ Aliases }) => Aliases))) ?? [];
}
