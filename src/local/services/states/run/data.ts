// What states make of their input and their result, in both query languages.
import type { State } from '../../../states-language/definition.ts';
import { isObject, type Json, type JsonObject } from '../../../states-language/json.ts';
import { evaluated } from '../../../states-language/jsonata/evaluate.ts';
import { requiredAt } from '../../../states-language/paths/evaluate.ts';
import { placed } from '../../../states-language/paths/result-path.ts';
import { filled } from '../../../states-language/payload-template.ts';
import type { Step, Thread } from './model.ts';

/** The input after InputPath. */
export function effectiveInput(thread: Thread): Json {
  const { InputPath } = thread.state;
  if (thread.language === 'JSONata' || InputPath === undefined) return thread.input;
  return InputPath === null ? {} : requiredAt(InputPath, thread.reach(thread.input));
}

/** What the state works with: its Parameters or Arguments, or else its input. */
export async function payload(thread: Thread): Promise<Json> {
  const { Parameters, Arguments } = thread.state;
  if (thread.language === 'JSONata') {
    return Arguments === undefined ? thread.input : evaluated(Arguments, 'Arguments', thread.bindings());
  }
  const input = effectiveInput(thread);
  return Parameters === undefined ? input : filled(Parameters, thread.reach(input));
}

export const after = ({ Next, End }: Pick<State, 'Next' | 'End'>): string | undefined =>
  End === true ? undefined : Next;

/** The end of a state with a result. */
export async function finish(thread: Thread, result: Json): Promise<Step> {
  const { state } = thread;
  const next = after(state);
  if (thread.language === 'JSONata') {
    const bindings = thread.bindings({ result });
    const output = state.Output === undefined ? result : await evaluated(state.Output, 'Output', bindings);
    return { output, next, ...(await assignment(thread, state.Assign, bindings)) };
  }
  const { ResultSelector } = state;
  const selected = ResultSelector === undefined ? result : filled(ResultSelector, thread.reach(result));
  const assigned = assignedFrom(thread, state.Assign, selected);
  const merged = placed(thread.input, state.ResultPath, selected);
  return { output: leaving(thread, merged), next, ...assigned };
}

/** The end of a state without a result: its input goes on. */
export async function pass(
  thread: Thread,
  next: string | undefined,
  own: Pick<State, 'Output' | 'Assign'>,
): Promise<Step> {
  if (thread.language === 'JSONata') {
    const bindings = thread.bindings();
    const output = own.Output === undefined ? thread.input : await evaluated(own.Output, 'Output', bindings);
    return { output, next, ...(await assignment(thread, own.Assign, bindings)) };
  }
  const input = effectiveInput(thread);
  return { output: leaving(thread, input), next, ...assignedFrom(thread, own.Assign, input) };
}

/** After OutputPath. */
function leaving(thread: Thread, output: Json): Json {
  const { OutputPath } = thread.state;
  if (OutputPath === undefined) return output;
  return OutputPath === null ? {} : requiredAt(OutputPath, thread.reach(output));
}

export function assignedFrom(
  thread: Thread,
  template: JsonObject | undefined,
  data: Json,
): Pick<Step, 'assigned'> {
  if (template === undefined) return {};
  const assigned = filled(template, thread.reach(data));
  return isObject(assigned) ? { assigned } : {};
}

export async function assignment(
  _thread: Thread,
  template: JsonObject | undefined,
  bindings: ReturnType<Thread['bindings']>,
): Promise<Pick<Step, 'assigned'>> {
  if (template === undefined) return {};
  return { assigned: (await evaluated(template, 'Assign', bindings)) as JsonObject };
}
