// The event source mappings that are live: listed by the place that they call, and the owner of each.
import { setImmediate } from 'node:timers/promises';
import { ListTagsCommand, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { absent } from '../../absent.ts';
import { type Mapping, mappingsOf } from '../../function/event-source-mappings.ts';
import type { Tags } from '../../owned/ownership.ts';
import { shared } from '../../shared-request.ts';

export type { Mapping };

interface Target {
  readonly name: string;
  readonly qualifier: Qualifier;
}

const listed = shared(
  ({ name, qualifier = '' }: Target) => `${name}:${qualifier}`,
  async (aws, { name, qualifier }) => {
    const together = qualifier === undefined ? await listedTogether(aws) : undefined;
    return together ?? mappingsOf(aws, qualifier === undefined ? name : `${name}:${qualifier}`);
  },
);

/** From this number of functions on, one list of all mappings is tried: AWS allows 15 such requests a second. */
const many = 10;

/** How many functions are asked for in this turn of the event loop. */
const turns = new WeakMap<Aws, { count: number; over: Promise<unknown> }>();

/** All mappings, when many functions are asked for at once, and the account has not many more. undefined otherwise. */
async function listedTogether(aws: Aws): Promise<Mapping[] | undefined> {
  const turn = turns.get(aws) ?? { count: 0, over: setImmediate().then(() => turns.delete(aws)) };
  turns.set(aws, turn);
  turn.count += 1;
  await turn.over;
  return turn.count < many ? undefined : allMappings(aws, turn.count);
}

/** undefined: they would take more requests than a list for each function. Concurrent calls share the requests. */
const allMappings = shared(
  () => '',
  async ({ lambda }, mostPages: number): Promise<Mapping[] | undefined> => {
    const found: Mapping[] = [];
    let pages = 0;
    for await (const { EventSourceMappings, NextMarker } of paginateListEventSourceMappings(
      { client: lambda },
      {},
    )) {
      found.push(...(EventSourceMappings ?? []));
      pages += 1;
      if (NextMarker && pages >= mostPages / 2) return undefined;
    }
    return found;
  },
);

/** The mappings that call the function (undefined), or an alias of it. Concurrent calls share one request. */
export async function mappingsAt(aws: Aws, name: string, qualifier: Qualifier): Promise<Mapping[]> {
  const all = await listed(aws, { name, qualifier });
  return all.filter((mapping) => mapping.State !== 'Deleting' && calls(mapping, name, qualifier));
}

/** Some endpoints answer mappings of other functions, too, and some the version that the alias pointed to. */
function calls({ FunctionArn = '' }: Mapping, name: string, qualifier: Qualifier): boolean {
  const [, , , , , , target, version] = FunctionArn.split(':');
  if (target !== name) return false;
  if (qualifier === undefined) return version === undefined || version === '$LATEST';
  return version === undefined || version === qualifier || /^\d+$/.test(version);
}

export async function tagsOfMapping({ lambda }: Aws, { EventSourceMappingArn }: Mapping): Promise<Tags> {
  if (EventSourceMappingArn === undefined) return {};
  const command = new ListTagsCommand({ Resource: EventSourceMappingArn });
  return (await absent(() => lambda.send(command)))?.Tags ?? {};
}
