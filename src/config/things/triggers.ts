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
  return functions.filter(({ attachments }) => {
    const { triggers: entries } = (attachments ?? {}) as { triggers?: unknown };
    if (!Array.isArray(entries)) return false;
    return entries.some((entry: Record<string, unknown> | null) => {
      const trigger = entry?.[kind];
      const named =
        typeof trigger === 'object' ? (trigger as Record<string, unknown> | null)?.[field] : trigger;
      return named === key;
    });
  });
}

/** A queue that gets what a trigger could not deliver. `topic`: of an sns trigger. References as slsctl.yml has them. */
export interface TriggerDeadLetter {
  readonly queue: string;
  readonly topic?: string;
}

/** The dead-letter queues of the triggers that deliver by themselves: SNS and EventBridge write to them as services. */
export function triggerDeadLetters(functions: readonly FunctionConfig[]): TriggerDeadLetter[] {
  return functions.flatMap(({ attachments }) => {
    const { triggers: entries } = (attachments ?? {}) as { triggers?: unknown };
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: Record<string, unknown> | null): TriggerDeadLetter[] => {
      const { sns, event } = (entry ?? {}) as Record<
        string,
        { deadLetter?: unknown; topic?: unknown } | undefined
      >;
      const of = (one: typeof sns) => (typeof one?.deadLetter === 'string' ? one.deadLetter : undefined);
      const [ofTopic, ofRule] = [of(sns), of(event)];
      return [
        ...(ofTopic === undefined ? [] : [{ queue: ofTopic, topic: String(sns?.topic) }]),
        ...(ofRule === undefined ? [] : [{ queue: ofRule }]),
      ];
    });
  });
}

/** Whether names or ARNs with the account in them follow from slsctl.yml. A project without its stage has none yet. */
export function namesAccount(project: Project | ProjectPlace): boolean {
  if (!('things' in project)) return false;
  const { things, functions } = project;
  return things.length > 0 || functions.some(({ attachments }) => attachments && 'triggers' in attachments);
}
