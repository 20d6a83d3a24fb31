// The policies of event buses: who else may send events to them.
import type * as sdk from '@aws-sdk/client-eventbridge';
import type { Call } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { Handlers } from '../../service.ts';
import { check } from './checks.ts';
import { invalid, notFound } from './errors.ts';
import { type BusRecord, type BusStatement, busArn, busKey, type EventsState, requireBus } from './state.ts';

export const permissions: Handlers<typeof sdk, EventsState> = {
  PutPermission({ EventBusName, Action, Principal, StatementId, Condition, Policy }, { state, call }) {
    const bus = requireBus(state, call, EventBusName);
    if (Policy !== undefined) {
      putStatements(state, call, bus, statementsOf(Policy));
      return {};
    }
    if (!Action || !Principal || !StatementId) {
      throw invalid('Action, Principal and StatementId must be specified unless Policy is specified.');
    }
    if (!/^(\d{12}|\*)$/.test(Principal)) {
      check([[Principal, 'principal', 'satisfy regular expression pattern: (\\d{12}|\\*)']]);
    }
    if (Action !== 'events:PutEvents')
      throw invalid("Provided value in parameter 'action' is not supported.");
    const account = `arn:${partitionOf(call.region)}:iam::${Principal}:root`;
    const { Type = '', Key = '', Value } = Condition ?? {};
    const statement: BusStatement = {
      Sid: StatementId,
      Effect: 'Allow',
      Principal: Principal === '*' ? '*' : { AWS: account },
      Action,
      Resource: busArn(call, bus.name),
      ...(Condition ? { Condition: { [Type]: { [Key]: Value } } } : {}),
    };
    putStatements(state, call, bus, [...bus.statements.filter(({ Sid }) => Sid !== StatementId), statement]);
    return {};
  },

  RemovePermission({ EventBusName, StatementId, RemoveAllPermissions }, { state, call }) {
    const bus = requireBus(state, call, EventBusName);
    if (RemoveAllPermissions) {
      putStatements(state, call, bus, []);
      return {};
    }
    const kept = bus.statements.filter(({ Sid }) => Sid !== StatementId);
    if (kept.length === bus.statements.length) {
      throw notFound('Statement with the provided id does not exist.');
    }
    putStatements(state, call, bus, kept);
    return {};
  },
};

function putStatements(
  state: EventsState,
  call: Call,
  bus: BusRecord,
  statements: readonly BusStatement[],
): void {
  state.buses.put(busKey(call, bus.name), { ...bus, modified: state.host.now(), statements });
}

function statementsOf(text: string): readonly BusStatement[] {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: BusStatement | BusStatement[] };
    const statements = [Statement ?? []].flat();
    if (statements.length > 0 && statements.every((one) => typeof one === 'object' && one !== null)) {
      return statements;
    }
  } catch {
    // Refused below, like a document without statements.
  }
  throw invalid('This policy contains invalid Json');
}

/** undefined without statements. */
export const policyText = ({ statements }: BusRecord): string | undefined =>
  statements.length > 0 ? JSON.stringify({ Version: '2012-10-17', Statement: statements }) : undefined;
