// A sample event for a function: what a trigger of some kind sends, with the names of the project in it.
import { partition } from '@aws-sdk/core/client';
import { sampleEvents } from '../advise/sample-events/all.ts';
import type { EventSite } from '../advise/sample-events/site.ts';
import { nearest } from '../config/did-you-mean.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import type { ThingKind } from '../config/things/kinds.ts';
import { thingName } from '../config/things/names.ts';
import { sourceIn, triggerEntries } from '../config/things/triggers.ts';
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

type Place = Pick<EventSite, 'partition' | 'region' | 'account' | 'now'>;

function siteOf(project: Project, target: FunctionConfig, place: Place): EventSite {
  const { name } = target;
  const sources = new Sources(project, target, place);
  const { prefix = '', suffix } = sources.fields('s3');
  return {
    ...place,
    functionName: name,
    bucket: sources.name('s3', 'bucket'),
    objectKey: `${prefix}hello world${suffix ?? '.txt'}`,
    queue: sources.name('sqs', 'queue'),
    topic: sources.name('sns', 'topic'),
    table: sources.name('dynamodb', 'table'),
    stream: sources.name('kinesis', 'stream'),
    schedule: madeUp(project, 'schedule'),
    logGroup: sources.named('logs', 'logGroup') ?? `/aws/lambda/${name}`,
    busEvent: busEventOf(sources.fields('event').pattern),
    method: 'GET',
    route: '/hello/{name}',
  };
}

/** A name for what the project does not have. */
function madeUp({ name, stage }: Project, word: string): string {
  return [name, word, stage].filter(Boolean).join('-');
}

/** The sources of the events of a function: its trigger names one, or else the project makes one. */
class Sources {
  private readonly project: Project;
  private readonly target: FunctionConfig;
  private readonly place: Place;

  constructor(project: Project, target: FunctionConfig, place: Place) {
    this.project = project;
    this.target = target;
    this.place = place;
  }

  /** What the first entry of this kind in `triggers:` says; nothing for its short form. */
  fields(kind: string): Record<string, string | undefined> {
    const said = this.first(kind)?.[kind];
    return typeof said === 'object' ? (said as Record<string, string>) : {};
  }

  /** The source that this entry names, in its short form or in this field. */
  named(kind: string, field: string): string | undefined {
    const entry = this.first(kind);
    return entry && (sourceIn(entry, kind, field) as string | undefined);
  }

  private first(kind: string) {
    return triggerEntries(this.target).find((entry) => entry[kind] !== undefined);
  }

  /** The physical name of the source. */
  name(kind: string, thing: ThingKind): string {
    const named = this.named(kind, thing);
    const own = this.project.things.filter((one) => one.kind === thing);
    const declared = own.find(({ key }) => key === named) ?? (named === undefined ? own[0] : undefined);
    if (declared) return thingName(declared, this.project, this.place);
    return (named ?? madeUp(this.project, thing)).split(/[:/]/).at(-1) as string;
  }
}

/** An event that a simple pattern matches: the first of the values that each of its fields allows. */
function busEventOf(pattern: unknown): EventSite['busEvent'] {
  const {
    source = 'slsctl.sample',
    'detail-type': detailType = 'Sample Event',
    detail = { message: 'Hello from slsctl' },
  } = firstOf(typeof pattern === 'string' ? JSON.parse(pattern) : (pattern ?? {})) as Record<string, never>;
  return { source: String(source), detailType: String(detailType), detail: detail as object };
}

function firstOf(pattern: unknown): unknown {
  if (Array.isArray(pattern)) return pattern.find((value) => value === null || typeof value !== 'object');
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  return Object.fromEntries(Object.entries(pattern).map(([field, value]) => [field, firstOf(value)]));
}
