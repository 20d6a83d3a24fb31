// States that only decide where to go: Pass, Choice, Wait, Succeed and Fail.
import { applies } from '../../../states-language/choice.ts';
import { evaluationFailure, runtimeFailure, StateFailure } from '../../../states-language/failure.ts';
import { isObject, type Json, type JsonObject } from '../../../states-language/json.ts';
import { evaluated, evaluatedAs, isExpression } from '../../../states-language/jsonata/evaluate.ts';
import { NoSuchPath, type Reach, requiredAt, valueAt } from '../../../states-language/paths/evaluate.ts';
import { expressed } from '../../../states-language/payload-template.ts';
import { timeOf } from '../../../states-language/timestamps.ts';
import { after, effectiveInput, finish, pass, payload } from './data.ts';
import type { Step, Thread } from './model.ts';

export async function passOn(thread: Thread): Promise<Step> {
  const { state } = thread;
  if (thread.language === 'JSONata') return pass(thread, after(state), state);
  return finish(thread, state.Result === undefined ? await payload(thread) : (state.Result as Json));
}

export const end = (thread: Thread): Promise<Step> => pass(thread, undefined, thread.state);

export async function fail(thread: Thread): Promise<Step> {
  const {
    Error: error,
    Cause: cause,
    ErrorPath,
    CausePath,
  } = thread.state as Record<string, string | undefined>;
  const value = async (field: 'Error' | 'Cause', literal: string | undefined, path: string | undefined) => {
    if (path !== undefined) {
      const found = expressed(path, `${field}Path`, thread.reach(effectiveInput(thread)));
      return typeof found === 'string' ? found : JSON.stringify(found);
    }
    return thread.language === 'JSONata' && isExpression(literal)
      ? evaluatedAs<string>(literal, field, 'string', thread.bindings())
      : literal;
  };
  throw new StateFailure(await value('Error', error, ErrorPath), await value('Cause', cause, CausePath));
}

export async function choose(thread: Thread): Promise<Step> {
  const { state } = thread;
  const jsonata = thread.language === 'JSONata';
  const reach = jsonata ? undefined : thread.reach(effectiveInput(thread));
  for (const [index, rule] of (state.Choices as readonly JsonObject[]).entries()) {
    const chosen = reach
      ? applies(rule, reach)
      : await evaluatedAs<boolean>(
          rule.Condition as Json,
          `Choices[${index}]/Condition`,
          'boolean',
          thread.bindings(),
        );
    if (!chosen) continue;
    const assign = isObject(rule.Assign) ? { Assign: rule.Assign } : {};
    const output = jsonata ? (rule.Output ?? state.Output) : undefined;
    return pass(thread, String(rule.Next), {
      ...assign,
      ...(output === undefined ? {} : { Output: output }),
    });
  }
  if (typeof state.Default === 'string') return pass(thread, state.Default, state);
  throw new StateFailure(
    'States.NoChoiceMatched',
    'Failed to transition out of the state. The state does not point to a next state.',
    { placed: true },
  );
}

/** The longest wait, in days. */
const longestWait = 24_855;

export async function wait(thread: Thread): Promise<Step> {
  const { frame, execution } = thread;
  if (frame.due === undefined) {
    frame.due = await dueTime(thread);
    if (frame.due - execution.now > (longestWait + 1) * 86_400_000) {
      delete frame.due;
      throw runtimeFailure('Wait state delay is too long.');
    }
    thread.save();
  }
  await thread.scope.until(frame.due);
  return pass(thread, after(thread.state), thread.state);
}

async function dueTime(thread: Thread): Promise<number> {
  const { state, execution } = thread;
  const { Seconds, Timestamp, SecondsPath, TimestampPath } = state as Record<string, Json | undefined>;
  const entered = thread.frame.entered?.at ?? execution.now;
  if (Seconds !== undefined) {
    const seconds = await evaluatedOr<number>(thread, Seconds, 'Seconds', 'number');
    return entered + seconds * 1000;
  }
  if (Timestamp !== undefined) {
    const text = await evaluatedOr<string>(thread, Timestamp, 'Timestamp', 'string');
    const time = timeOf(text);
    if (time !== undefined) return time;
    throw evaluationFailure(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
      'Timestamp',
    );
  }
  const reach = thread.reach(effectiveInput(thread));
  if (SecondsPath !== undefined) return entered + 1000 * secondsAt(String(SecondsPath), reach);
  const path = String(TimestampPath);
  const value = requiredAt(path, reach);
  const time = typeof value === 'string' ? timeOf(value) : undefined;
  if (time !== undefined) return time;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw runtimeFailure(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
  );
}

function secondsAt(path: string, reach: Reach): number {
  let value: Json;
  try {
    value = valueAt(path, reach);
  } catch (error) {
    if (!(error instanceof NoSuchPath)) throw error;
    throw runtimeFailure(`The SecondsPath parameter does not reference an input value: ${path}`);
  }
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw runtimeFailure(
      `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${JSON.stringify(value)}`,
    );
  }
  if (value < 0)
    throw runtimeFailure(`The SecondsPath parameter references a negative value: ${path} == ${value}`);
  return value;
}

/** A literal, or in JSONata the value of an expression. */
export async function evaluatedOr<T extends Json>(
  thread: Thread,
  value: Json,
  field: string,
  type: 'number' | 'string' | 'array',
): Promise<T> {
  if (thread.language !== 'JSONata' || !isExpression(value)) {
    return (
      Array.isArray(value) && thread.language === 'JSONata'
        ? await evaluated(value, field, thread.bindings())
        : value
    ) as T;
  }
  return evaluatedAs<T>(value, field, type, thread.bindings());
}
