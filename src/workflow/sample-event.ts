// A sample event for a function: what a trigger of some kind sends, with the names of the project in it.
import { partition } from '@aws-sdk/core/client';
import { sampleEvents } from '../advise/sample-events/all.ts';
import type { EventSite } from '../advise/sample-events/site.ts';
import { nearest } from '../config/did-you-mean.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import { badInput } from '../errors/user-error.ts';

/** The account in events where it cannot be asked. AWS uses this one in its examples. */
const exampleAccount = '123456789012';

/** Throws a UserError (exit 2) for a kind that does not exist, and lists those that do. */
export function checkKind(kind: string): void {
  if (Object.hasOwn(sampleEvents, kind)) return;
  const kinds = Object.keys(sampleEvents);
  const guess = nearest(kind, kinds);
  throw badInput(`--event is ${JSON.stringify(kind)}; allowed: ${kinds.join(', ')}`, {
    next: guess && `did you mean ${guess}?`,
  });
}

/** The event as JSON. Asks for the number of the account, and for nothing else. */
export async function sampleEvent(
  context: Context,
  project: Project,
  target: FunctionConfig,
  kind: string,
): Promise<Uint8Array> {
  const aws = await context.aws();
  const identity = await aws.identity().catch(() => undefined);
  const site = siteOf(project, target, {
    partition: partition(aws.region).name,
    region: aws.region,
    account: identity?.account || exampleAccount,
    now: Date.now(),
  });
  return Buffer.from(JSON.stringify(sampleEvents[kind]?.(site)));
}

function siteOf(
  project: Project,
  { name }: FunctionConfig,
  place: Pick<EventSite, 'partition' | 'region' | 'account' | 'now'>,
): EventSite {
  const made = (word: string) => [project.name, word, project.stage].filter(Boolean).join('-');
  return {
    ...place,
    functionName: name,
    bucket: made('bucket'),
    objectKey: 'hello world.txt',
    queue: made('queue'),
    topic: made('topic'),
    table: made('table'),
    stream: made('stream'),
    schedule: made('schedule'),
    logGroup: `/aws/lambda/${name}`,
    busEvent: {
      source: 'slsctl.sample',
      detailType: 'Sample Event',
      detail: { message: 'Hello from slsctl' },
    },
    method: 'GET',
    route: '/hello/{name}',
  };
}
