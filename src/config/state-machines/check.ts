// What is wrong with a definition, as far as the definition itself shows it: AWS would refuse it.
import { nearest } from '../did-you-mean.ts';

type Map = Readonly<Record<string, unknown>>;

export interface DefinitionProblem {
  /** Within the definition. */
  readonly path: readonly PropertyKey[];
  /** Continues after the path. */
  readonly sentence: string;
}

const types = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];
const withoutNext = ['Choice', 'Succeed', 'Fail'];

export function definitionProblems(definition: unknown, type: 'STANDARD' | 'EXPRESS'): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const refuse = (path: readonly PropertyKey[], sentence: string) => problems.push({ path, sentence });
  if (!isMap(definition)) {
    refuse([], 'is not a definition; allowed: a map with StartAt and States');
    return problems;
  }
  new Checker(type, refuse).flow(definition, []);
  return problems;
}

const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class Checker {
  private readonly type: 'STANDARD' | 'EXPRESS';
  private readonly refuse: (path: readonly PropertyKey[], sentence: string) => void;
  private readonly names = new Set<string>();

  constructor(
    type: 'STANDARD' | 'EXPRESS',
    refuse: (path: readonly PropertyKey[], sentence: string) => void,
  ) {
    this.type = type;
    this.refuse = refuse;
  }

  flow(flow: Map, place: readonly PropertyKey[]): void {
    const { StartAt: start, States: states } = flow;
    if (!isMap(states) || Object.keys(states).length === 0) {
      this.refuse(
        [...place, 'States'],
        states === undefined ? 'is missing' : 'has no state; allowed: at least one',
      );
      return;
    }
    const names = Object.keys(states);
    const reached = new Set<string>();
    const goes = (target: unknown, path: readonly PropertyKey[], from?: string) => {
      if (typeof target !== 'string') this.refuse(path, `is ${shown(target)}; allowed: the name of a state`);
      else if (!names.includes(target))
        this.refuse(path, `is ${target}, but there is no such state${guess(target, names)}`);
      else if (target !== from) reached.add(target);
    };
    if (start === undefined) this.refuse([...place, 'StartAt'], `is missing; allowed: ${names.join(', ')}`);
    else goes(start, [...place, 'StartAt']);
    for (const [name, state] of Object.entries(states)) {
      const at = [...place, 'States', name];
      if (this.names.has(name))
        this.refuse(at, 'has the name of another state; names are unique in a state machine');
      this.names.add(name);
      if (isMap(state)) this.state(state, at, (target, path) => goes(target, path, name));
      else this.refuse(at, `is ${shown(state)}; allowed: a map`);
    }
    if (!Object.values(states).some(ends)) {
      this.refuse(
        [...place, 'States'],
        'has no state that ends; allowed: End: true, or a state of type Succeed or Fail',
      );
    }
    for (const name of names) {
      if (!reached.has(name) && start !== undefined)
        this.refuse([...place, 'States', name], 'is not reachable: no state goes there');
    }
  }

  private state(
    state: Map,
    at: readonly PropertyKey[],
    goes: (target: unknown, path: readonly PropertyKey[]) => void,
  ): void {
    const { Type: type, Next: next, End: end } = state;
    if (typeof type !== 'string' || !types.includes(type)) {
      const given = type === undefined ? 'is missing' : `is ${shown(type)}`;
      this.refuse(
        [...at, 'Type'],
        `${given}; allowed: ${types.join(', ')}${typeof type === 'string' ? guess(type, types) : ''}`,
      );
      return;
    }
    if (!withoutNext.includes(type)) {
      if (next === undefined && end !== true)
        this.refuse(at, 'has neither Next nor End: true; one of them is needed');
      if (next !== undefined && end === true)
        this.refuse(at, 'has Next and End: true; one of them is allowed');
    }
    if (next !== undefined && type !== 'Choice') goes(next, [...at, 'Next']);
    if (type === 'Choice' && state.Default !== undefined) goes(state.Default, [...at, 'Default']);
    for (const field of ['Choices', 'Catch']) {
      const entries = state[field];
      if (!Array.isArray(entries)) continue;
      for (const [index, entry] of entries.entries()) {
        if (isMap(entry)) goes(entry.Next, [...at, field, index, 'Next']);
      }
    }
    this.needed(state, type, at);
    this.inner(state, type, at);
  }

  private needed(state: Map, type: string, at: readonly PropertyKey[]): void {
    const field = { Task: 'Resource', Choice: 'Choices', Parallel: 'Branches' }[type];
    if (field !== undefined && state[field] === undefined) this.refuse([...at, field], 'is missing');
    const { Resource: resource } = state;
    if (type !== 'Task' || resource === undefined) return;
    const path = [...at, 'Resource'];
    if (typeof resource !== 'string' || !/^(arn:|\$\{)/.test(resource)) {
      this.refuse(path, `is ${shown(resource)}; allowed: an ARN, or \${function:KEY}`);
    } else if (this.type === 'EXPRESS' && /\.(waitForTaskToken|sync(:2)?)$/.test(resource)) {
      this.refuse(path, `is ${resource}; state machines of type EXPRESS do not wait: allowed in STANDARD`);
    }
  }

  private inner(state: Map, type: string, at: readonly PropertyKey[]): void {
    if (type === 'Parallel' && Array.isArray(state.Branches)) {
      for (const [index, branch] of state.Branches.entries()) {
        if (isMap(branch)) this.flow(branch, [...at, 'Branches', index]);
      }
    }
    if (type !== 'Map') return;
    const field =
      state.ItemProcessor === undefined && state.Iterator !== undefined ? 'Iterator' : 'ItemProcessor';
    const processor = state[field];
    if (isMap(processor)) this.flow(processor, [...at, field]);
    else
      this.refuse(
        [...at, field],
        processor === undefined ? 'is missing' : 'is not a map with StartAt and States',
      );
  }
}

const ends = (state: unknown): boolean =>
  isMap(state) && (state.End === true || state.Type === 'Succeed' || state.Type === 'Fail');

function guess(given: string, known: readonly string[]): string {
  const found = nearest(given, [...known]);
  return found === undefined ? '' : `; did you mean ${found}?`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
}
