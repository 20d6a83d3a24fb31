// Which functions of the project a thing of the project triggers.
import type { FunctionConfig, Project, ProjectPlace } from '../project.ts';

/** The kind of trigger for each kind of thing that functions poll, and the field that names the thing. */
const triggers = {
  queue: { kind: 'sqs', field: 'queue' },
  table: { kind: 'dynamodb', field: 'table' },
} as const;

/** `key`: of the thing in slsctl.yml. */
export function triggeredBy(
  thing: keyof typeof triggers,
  key: string,
  functions: readonly FunctionConfig[],
): FunctionConfig[] {
  const { kind, field } = triggers[thing];
  return functions.filter((config) =>
    triggerEntries(config).some((entry) => sourceIn(entry, kind, field) === key),
  );
}

type TriggerEntry = Readonly<Record<string, unknown>>;

/** The entries of `triggers:`, also of a file that nobody has checked yet. */
export function triggerEntries({ attachments }: Pick<FunctionConfig, 'attachments'>): TriggerEntry[] {
  const { triggers: entries } = (attachments ?? {}) as { triggers?: unknown };
  return Array.isArray(entries) ? entries.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}

/** The source that an entry names under this kind, in its short form or in this field. */
export function sourceIn(entry: TriggerEntry, kind: string, field: string): unknown {
  const trigger = entry[kind];
  return typeof trigger === 'object' ? (trigger as TriggerEntry | null)?.[field] : trigger;
}

/** A queue that gets what a trigger could not deliver. `topic`: of an sns trigger. References as slsctl.yml has them. */
export interface TriggerDeadLetter {
  readonly queue: string;
  readonly topic?: string;
}

/** The dead-letter queues of the triggers that deliver by themselves: SNS and EventBridge write to them as services. */
export function triggerDeadLetters(functions: readonly FunctionConfig[]): TriggerDeadLetter[] {
  return functions.flatMap(triggerEntries).flatMap((entry): TriggerDeadLetter[] => {
    const { sns, event } = entry as Record<string, { deadLetter?: unknown; topic?: unknown } | undefined>;
    const of = (one: typeof sns) => (typeof one?.deadLetter === 'string' ? one.deadLetter : undefined);
    const [ofTopic, ofRule] = [of(sns), of(event)];
    return [
      ...(ofTopic === undefined ? [] : [{ queue: ofTopic, topic: String(sns?.topic) }]),
      ...(ofRule === undefined ? [] : [{ queue: ofRule }]),
    ];
  });
}

/** Whether names or ARNs with the account in them follow from slsctl.yml. A project without its stage has none yet. */
export function namesAccount(project: Project | ProjectPlace): boolean {
  if (!('things' in project)) return false;
  const { things, functions } = project;
  return things.length > 0 || functions.some(({ attachments }) => attachments && 'triggers' in attachments);
}
