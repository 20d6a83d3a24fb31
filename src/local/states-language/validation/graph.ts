// The transitions of a flow: each names a state, each state is reached, and one is the last.
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Report } from './diagnostics.ts';

/** All transitions of a state: the field, and the name in it. */
function transitions(state: JsonObject, place: string): { field: string; target: Json }[] {
  const found: { field: string; target: Json }[] = [];
  const add = (target: Json | undefined, field: string) => {
    if (target !== undefined) found.push({ field: `${place}/${field}`, target });
  };
  const each = (list: Json | undefined, name: string) => {
    if (!Array.isArray(list)) return;
    for (const [index, entry] of list.entries())
      if (isObject(entry)) add(entry.Next, `${name}[${index}]/Next`);
  };
  if (state.Type !== 'Choice') add(state.Next, 'Next');
  each(state.Choices, 'Choices');
  if (state.Type === 'Choice') add(state.Default, 'Default');
  each(state.Catch, 'Catch');
  return found;
}

const isTerminal = (state: Json): boolean =>
  isObject(state) && (state.End === true || state.Type === 'Succeed' || state.Type === 'Fail');

/** `place`: where the flow is, empty for the machine itself. */
export function checkGraph(flow: JsonObject, place: string, report: Report): void {
  const states = flow.States as JsonObject;
  const start = flow.StartAt as string;
  const reached = new Set<Json>([start]);
  const missing = (target: Json, field: string) => {
    if (typeof target === 'string' && !Object.hasOwn(states, target)) {
      report(`Missing 'Next' target: ${target}`, field, 'MISSING_TRANSITION_TARGET');
    }
  };
  missing(start, `${place}/StartAt`);
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    for (const { field, target } of transitions(state, `${place}/States/${name}`)) {
      if (target !== name) reached.add(target);
      missing(target, field);
    }
  }
  if (!Object.values(states).some(isTerminal)) {
    report('Workflow has no terminal state', '', 'MISSING_END_STATE');
    return;
  }
  for (const name of Object.keys(states)) {
    if (reached.has(name)) continue;
    report(`State "${name}" is not reachable.`, `${place}/States/${name}`, 'MISSING_TRANSITION_TARGET');
  }
}
