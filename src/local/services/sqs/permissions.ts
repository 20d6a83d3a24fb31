// AddPermission and RemovePermission: statements in the policy of a queue.
import * as sdk from '@aws-sdk/client-sqs';
import { partitionOf } from '../../partition.ts';
import { operationsOf } from '../../protocols/operations.ts';
import type { Handlers } from '../../service.ts';
import { attributeValue, invalid, invalidValue, required } from './errors.ts';
import { queueArn } from './names.ts';
import type { QueueRecord } from './records.ts';
import type { SqsState } from './state.ts';

interface Policy {
  Version: string;
  Id?: string;
  Statement: { Sid?: string }[];
}

export const permissions: Handlers<typeof sdk, SqsState> = {
  AddPermission({ QueueUrl, Label, AWSAccountIds, Actions }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const label = checkedLabel(Label);
    const accounts = required(AWSAccountIds, 'AWSAccountId');
    const actions = required(Actions, 'ActionName');
    for (const action of actions) checkAction(action);
    for (const id of accounts) {
      if (!/^\d{12}$/.test(id)) throw invalidValue('PrincipalId', `[${id}]`, 'Unable to verify.');
    }
    const policy = policyOf(queue);
    if (policy.Statement.some(({ Sid }) => Sid === label)) {
      throw invalidValue('Label', label, 'Already exists.');
    }
    const statement = {
      Sid: label,
      Effect: 'Allow',
      Principal: { AWS: oneOrMore(accounts.map((id) => `arn:${partitionOf(queue.region)}:iam::${id}:root`)) },
      Action: oneOrMore(actions.map((action) => `SQS:${action}`)),
      Resource: queueArn(queue),
    };
    savePolicy(state, queue, { ...policy, Statement: [...policy.Statement, statement] });
    return {};
  },

  RemovePermission({ QueueUrl, Label }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const label = checkedLabel(Label);
    const policy = policyOf(queue);
    const kept = policy.Statement.filter(({ Sid }) => Sid !== label);
    if (kept.length === policy.Statement.length) throw invalidValue('Label', label, "can't find label.");
    savePolicy(state, queue, { ...policy, Statement: kept });
    return {};
  },
};

const oneOrMore = (values: string[]) => (values.length === 1 ? values[0] : values);

function checkedLabel(label: string | undefined): string {
  const given = required(label, 'Label');
  if (/^[\w-]{1,80}$/.test(given)) return given;
  throw invalidValue(
    'Label',
    given,
    'Label can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
  );
}

function checkAction(action: string): void {
  if (action === '*' || operationsOf(sdk).has(action)) return;
  throw invalidValue(
    'ActionName',
    `SQS:${action}`,
    'Please refer to the appropriate WSDL for a list of valid actions. ',
  );
}

function policyOf(queue: QueueRecord): Policy {
  const { Policy: text } = queue.attributes;
  if (!text) return { Version: '2008-10-17', Id: `${queueArn(queue)}/SQSDefaultPolicy`, Statement: [] };
  const policy = JSON.parse(text);
  return { ...policy, Statement: [policy.Statement].flat() };
}

/** A policy without statements is removed. */
function savePolicy(state: SqsState, queue: QueueRecord, policy: Policy): void {
  const { Policy: _, ...rest } = queue.attributes;
  const attributes = policy.Statement.length > 0 ? { ...rest, Policy: JSON.stringify(policy) } : rest;
  state.save({ ...queue, attributes, modified: state.now() });
}

/** Checks a policy that a request sets. @throws InvalidAttributeValue */
export function checkPolicy({ Policy: text }: Readonly<Record<string, string>>): void {
  if (!text) return;
  try {
    const { Statement } = JSON.parse(text);
    const statements = [Statement].flat();
    if (statements.every((statement) => typeof statement === 'object' && statement !== null)) return;
  } catch {
    // Not JSON, or no object.
  }
  throw attributeValue('Policy');
}

/** The error for a queue ARN that is no ARN. */
export const badArn = (parameter: string) =>
  invalid(
    `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
  );
