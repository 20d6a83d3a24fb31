// One execution: its history, its frames, and its end.

import type { Definition, State } from '../../../states-language/definition.ts';
import { StateFailure } from '../../../states-language/failure.ts';
import { type Json, parsed, textOf } from '../../../states-language/json.ts';
import type { EventRecord, ExecutionRecord, ExecutionStatus, Frame } from '../records.ts';
import { eventKey, executionKey, type StatesState } from '../state.ts';
import { announce } from './announce.ts';
import { logEvent } from './logs.ts';
import type { Item } from './model.ts';
import { cancelled, Scope } from './scope.ts';
import { FlowThread, type History } from './thread.ts';

/** The events that an execution may have. */
const mostEvents = 25_000;

export class MachineExecution implements History {
  readonly state: StatesState;
  readonly key: string;
  readonly definition: Definition;
  readonly scope: Scope;
  readonly input: Json;
  private current: ExecutionRecord;
  private events: number;
  private readonly enders = new Set<() => void>();

  constructor(state: StatesState, record: ExecutionRecord) {
    this.state = state;
    this.current = record;
    this.key = executionKey(record);
    this.definition = JSON.parse(record.definition) as Definition;
    this.input = parsed(record.input);
    this.scope = new Scope(state.host.now);
    this.events = this.lastEvent();
    state.running.set(this.key, this);
  }

  get record(): ExecutionRecord {
    return this.current;
  }

  get now(): number {
    return this.state.host.now();
  }

  /** Writes the first event. Called once in the life of an execution. */
  begin(): void {
    const { input, roleArn, aliasArn, versionArn } = this.current;
    this.append('ExecutionStarted', 0, {
      input,
      inputDetails: { truncated: false },
      roleArn,
      ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
      ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
    });
    this.save();
    announce(this.state.host, this.current);
  }

  /** Runs to the end, from wherever the frames say that it is. */
  async run(): Promise<void> {
    const { TimeoutSeconds } = this.definition;
    const limits = [
      ...(TimeoutSeconds === undefined ? [] : [TimeoutSeconds]),
      ...(this.current.type === 'EXPRESS' ? [300] : []),
    ];
    if (limits.length > 0) {
      this.scope.until(this.current.started + Math.min(...limits) * 1000).then(
        () => this.timedOut(),
        () => {},
      );
    }
    const thread = new FlowThread(this, '', this.definition, this.scope, undefined, {
      input: this.input,
      previous: 0,
    });
    try {
      const output = await thread.run();
      const text = textOf(output);
      this.append('ExecutionSucceeded', thread.frame.previous, {
        output: text,
        outputDetails: { truncated: false },
      });
      this.end('SUCCEEDED', { output: text });
    } catch (error) {
      if (error === cancelled) return;
      const { error: name, cause } = failureOf(error);
      const details = {
        ...(name === undefined ? {} : { error: name }),
        ...(cause === undefined ? {} : { cause }),
      };
      this.append('ExecutionFailed', thread.frame.previous, details);
      this.end('FAILED', details);
    }
  }

  abort(details: { error?: string; cause?: string }): void {
    this.append('ExecutionAborted', 0, details);
    this.end('ABORTED', details);
  }

  /** Stops in this process; a later one continues. */
  suspend(): void {
    this.scope.cancel();
    this.state.running.delete(this.key);
  }

  /** Removes it with all that it has kept. */
  forget(): void {
    this.suspend();
    this.dropFrames('');
  }

  /** Calls `ended` when it ends. */
  onEnd(ended: () => void): void {
    this.enders.add(ended);
  }

  /** Answers the id of the event. */
  append(type: string, previous: number, details?: Readonly<Record<string, unknown>>): number {
    const id = ++this.events;
    if (id > mostEvents && !type.startsWith('Execution')) {
      throw new StateFailure(
        'States.Runtime',
        `The execution reached the maximum number of history events (${mostEvents}).`,
      );
    }
    const event: EventRecord = { id, previous, type, at: this.now, ...(details ? { details } : {}) };
    if (this.current.type === 'STANDARD') this.state.history.put(eventKey(this.key, id), event);
    logEvent(this.state.host, this.current, event);
    return id;
  }

  frame(path: string): Frame | undefined {
    const frame = this.state.frames.get(`${this.key}/${path}`);
    return frame && structuredClone(frame);
  }

  saveFrame(path: string, frame: Frame): void {
    if (!this.scope.isCancelled) this.state.frames.put(`${this.key}/${path}`, { ...frame });
  }

  dropFrames(prefix: string): void {
    for (const [key] of [...this.state.frames.entries(`${this.key}/${prefix}`)])
      this.state.frames.remove(key);
  }

  /** The context object in a state. */
  context(
    name: string,
    state: State,
    { frame, item }: { readonly frame: Frame; readonly item: Item | undefined },
  ): Json {
    const { arn, started, name: own, roleArn, type, machineArn, machineName } = this.current;
    const counts = ['Task', 'Parallel', 'Map'].includes(state.Type) && frame.attempts !== undefined;
    return {
      Execution: {
        Id: arn,
        Input: this.input,
        StartTime: new Date(started).toISOString(),
        Name: own,
        RoleArn: roleArn,
        ...(type === 'STANDARD' ? { RedriveCount: 0 } : {}),
      },
      StateMachine: { Id: machineArn, Name: machineName },
      State: {
        Name: name,
        EnteredTime: new Date(frame.entered?.at ?? this.now).toISOString(),
        ...(counts
          ? { RetryCount: (frame.attempts ?? []).reduce((sum, count) => sum + (count ?? 0), 0) }
          : {}),
      },
      ...(frame.task?.token === undefined ? {} : { Task: { Token: frame.task.token } }),
      ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
    };
  }

  private timedOut(): void {
    this.append('ExecutionTimedOut', 0, {});
    this.end('TIMED_OUT', {});
  }

  private end(status: ExecutionStatus, result: Pick<ExecutionRecord, 'output' | 'error' | 'cause'>): void {
    this.current = { ...this.current, ...result, status, stopped: this.now };
    this.dropFrames('');
    this.scope.cancel();
    this.state.running.delete(this.key);
    if (this.current.type === 'STANDARD') this.save();
    else this.state.executions.remove(this.key);
    announce(this.state.host, this.current);
    for (const ended of this.enders) ended();
  }

  private save(): void {
    this.state.executions.put(this.key, this.current);
  }

  private lastEvent(): number {
    for (const [, { id }] of this.state.history.entries(`${this.key}/`, { reverse: true, limit: 1 }))
      return id;
    return 0;
  }
}

function failureOf(error: unknown): StateFailure {
  if (error instanceof StateFailure) return error;
  process.stderr.write(`${(error as Error)?.stack ?? error}\n`);
  return new StateFailure('States.Runtime', `The local AWS failed: ${(error as Error)?.message ?? error}`);
}
