// The statements of a queue's policy that slsctl adds by itself: services that write to it as a dead-letter queue.
import { isRecord } from '../compare.ts';

export interface Permit {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: { readonly Service: string };
  readonly Action: 'sqs:SendMessage';
  readonly Resource: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The ids of these statements start with it, so that slsctl knows its own. */
const prefix = 'SlsctlDeadLetter';

/** SNS writes for one topic. */
export function topicPermit(queueArn: string, topicArn: string): Permit {
  const name =
    topicArn
      .split(':')
      .at(-1)
      ?.replace(/[^A-Za-z0-9]/g, '') ?? '';
  return permit(`${prefix}Topic${name}`, 'sns.amazonaws.com', queueArn, {
    ArnEquals: { 'aws:SourceArn': topicArn },
  });
}

/** EventBridge writes for the rules of the account. */
export function rulesPermit(queueArn: string, account: string): Permit {
  return permit(`${prefix}Rules`, 'events.amazonaws.com', queueArn, {
    StringEquals: { 'aws:SourceAccount': account },
  });
}

function permit(Sid: string, Service: string, Resource: string, Condition: Permit['Condition']): Permit {
  return { Sid, Effect: 'Allow', Principal: { Service }, Action: 'sqs:SendMessage', Resource, Condition };
}

/**
 * The policy that the queue is to have; undefined: slsctl says nothing about it, `''`: none. Statements of others stay where
 * slsctl.yml declares no policy.
 */
export function policyWith(permits: readonly Permit[], declared: unknown, live: unknown): unknown {
  if (isRecord(declared)) return withStatements(declared, [...statementsOf(declared), ...permits]);
  if (declared !== undefined) return permits.length > 0 ? withStatements({}, permits) : '';
  const present = statementsOf(live);
  const others = present.filter((one) => !(isRecord(one) && String(one.Sid).startsWith(prefix)));
  if (permits.length === 0 && others.length === present.length) return undefined;
  const all = [...others, ...permits];
  return all.length > 0 ? withStatements(isRecord(live) ? live : {}, all) : '';
}

function withStatements(policy: Record<string, unknown>, Statement: readonly unknown[]) {
  return { Version: '2012-10-17', ...policy, Statement };
}

function statementsOf(policy: unknown): unknown[] {
  const { Statement = [] } = (isRecord(policy) ? policy : {}) as { Statement?: unknown };
  return Array.isArray(Statement) ? Statement : [Statement];
}
