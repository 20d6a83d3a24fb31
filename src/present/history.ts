// The history of an execution as lines: each state with the time that it took, and each error.
import type { HistoryEvent } from '@aws-sdk/client-sfn';

export interface Shown {
  /** ISO time of its end. */
  readonly time: string;
  readonly state: string;
  readonly type: string;
  readonly milliseconds: number;
  readonly error?: string;
  readonly cause?: string;
}

interface Entered {
  readonly name: string;
  readonly type: string;
  readonly at: number;
}

export class Progress {
  readonly shown: Shown[] = [];
  /** By the id of each event: the state in which it happened. */
  private readonly states = new Map<number, Entered>();

  /** The line for an event; undefined: it has none. */
  line(event: HistoryEvent): string | undefined {
    const { id = 0, previousEventId: before = 0, type = '', timestamp = new Date() } = event;
    const at = timestamp.getTime();
    if (type.endsWith('StateEntered')) {
      const name = event.stateEnteredEventDetails?.name ?? '';
      this.states.set(id, { name, type: type.replace('StateEntered', ''), at });
      return undefined;
    }
    const state = this.states.get(before);
    if (state) this.states.set(id, state);
    if (!state) return undefined;
    const failure =
      /(Failed|TimedOut|Aborted)$/.test(type) && !type.startsWith('Execution') ? failureIn(event) : undefined;
    if (!failure && !type.endsWith('StateExited')) return undefined;
    const entry: Shown = {
      time: timestamp.toISOString(),
      state: failure ? state.name : (event.stateExitedEventDetails?.name ?? state.name),
      type: state.type,
      milliseconds: at - state.at,
      ...failure,
    };
    this.shown.push(entry);
    return textOf(entry, timestamp);
  }
}

function textOf({ state, type, milliseconds, error, cause }: Shown, at: Date): string {
  const time = at.toISOString().slice(11, 23);
  const why = [error, cause].filter(Boolean).join(': ');
  return `${time}  ${state} (${type})  ${milliseconds} ms${why === '' ? '' : `  ${why}`}`;
}

/** The error in the details of an event, whatever their name is. */
function failureIn(event: HistoryEvent): { error?: string; cause?: string } | undefined {
  for (const [name, details] of Object.entries(event)) {
    if (!name.endsWith('EventDetails') || typeof details !== 'object' || details === null) continue;
    const { error, cause } = details as { error?: string; cause?: string };
    if (error === undefined && cause === undefined) continue;
    return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }
  return undefined;
}
