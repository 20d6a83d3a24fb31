// Task tokens: a task waits until somebody answers with its token.
import { randomBytes } from 'node:crypto';
import { syntaxProblem } from '../../../states-language/validation/json-syntax.ts';
import { invalidOutput, invalidToken, taskTimedOut } from '../errors.ts';
import type { Frame, TaskAnswer } from '../records.ts';
import type { StatesState } from '../state.ts';

/** Whoever waits in this process, by token. */
const waiters = new WeakMap<StatesState, Map<string, Waiter>>();

interface Waiter {
  answered(answer: TaskAnswer): void;
  beat(): void;
}

const of = (state: StatesState): Map<string, Waiter> => {
  const known = waiters.get(state) ?? new Map<string, Waiter>();
  waiters.set(state, known);
  return known;
};

/** Tokens of AWS begin like this, and are as long. */
export const newToken = (): string => `AQC${randomBytes(384).toString('base64')}`;

/** Ends with the function that it returns. */
export function waitFor(state: StatesState, token: string, waiter: Waiter): () => void {
  of(state).set(token, waiter);
  return () => of(state).delete(token);
}

/**
 * Stores the answer, so that it outlives this process, and wakes the task. @throws InvalidToken, TaskTimedOut,
 * InvalidOutput
 */
export function answer(state: StatesState, token: string, given: TaskAnswer): void {
  const { key, frame } = waiting(state, token);
  if ('output' in given) checkOutput(given.output);
  state.frames.put(key, { ...frame, task: { ...frame.task, answer: given } });
  state.tokens.put(token, { execution: '', path: '' });
  of(state).get(token)?.answered(given);
}

/** @throws InvalidToken, TaskTimedOut */
export function heartbeat(state: StatesState, token: string): void {
  waiting(state, token);
  of(state).get(token)?.beat();
}

/** @throws InvalidOutput */
function checkOutput(output: string): void {
  try {
    JSON.parse(output);
  } catch {
    throw invalidOutput(syntaxProblem(output).message);
  }
}

function waiting(state: StatesState, token: string): { key: string; frame: Frame } {
  const place = state.tokens.get(token);
  if (!place) throw invalidToken();
  const key = `${place.execution}/${place.path}`;
  const frame = place.execution === '' ? undefined : state.frames.get(key);
  if (frame?.task?.token !== token || frame.task.answer !== undefined) throw taskTimedOut();
  return { key, frame };
}
