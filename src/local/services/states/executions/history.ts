// The history of an execution.
import type * as sdk from '@aws-sdk/client-sfn';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { invalid } from '../errors.ts';
import { checkToken, limitOf } from '../machines/checks.ts';
import type { EventRecord } from '../records.ts';
import { executionKey, requireExecution, type StatesState } from '../state.ts';

export const history: Handlers<typeof sdk, StatesState> = {
  GetExecutionHistory(input, { state }) {
    const {
      executionArn = '',
      reverseOrder = false,
      includeExecutionData = true,
      nextToken,
      maxResults,
    } = input;
    checkToken(nextToken, 3096);
    const limit = limitOf(maxResults);
    const key = executionKey(requireExecution(state, executionArn));
    const all = Array.from(state.history.entries(`${key}/`, { reverse: reverseOrder }), ([, event]) => event);
    const { items, next } = page(
      all,
      ({ id }) => String(id),
      nextToken,
      limit,
      () => invalid('Invalid Token'),
    );
    return {
      events: items.map((event) => shown(event, includeExecutionData)),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },
};

/** The member with the details of an event of this type. */
function memberOf(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

const data = ['input', 'output', 'parameters', 'assignedVariables'];

function shown({ id, previous, type, at, details }: EventRecord, whole: boolean): HistoryEvent {
  const entries = Object.entries(details ?? {}).filter(([name]) => whole || !data.includes(name));
  return {
    id,
    previousEventId: previous,
    timestamp: new Date(at),
    type: type as HistoryEvent['type'],
    ...(details === undefined ? {} : { [memberOf(type)]: Object.fromEntries(entries) }),
  };
}
