// Tasks that move messages from a dead-letter queue back to where they came from, or to another queue.
import { randomUUID } from 'node:crypto';
import type { Scope } from '../../../call.ts';
import type { Collection } from '../../../store/store.ts';
import { queueKey } from '../names.ts';
import type { MoveRecord, QueueRecord } from '../records.ts';
import type { LiveQueue } from './live-queue.ts';

/** The number of messages that a task without a rate moves before others have their turn. */
const atOnce = 100;

/** The queues, as the tasks need them. */
export interface MovesHost {
  now(): number;
  find(scope: Scope, name: string): QueueRecord | undefined;
  findByArn(arn: string): QueueRecord | undefined;
  live(queue: QueueRecord): LiveQueue;
}

export class Moves {
  private readonly tasks: Collection<MoveRecord>;
  private readonly state: MovesHost;
  private readonly timers = new Map<string, NodeJS.Timeout>();

  /** Keys: `account/region/queue/start of the task/id`. */
  constructor(tasks: Collection<MoveRecord>, state: MovesHost) {
    this.tasks = tasks;
    this.state = state;
  }

  /** The tasks of this dead-letter queue, the oldest first. */
  of(source: QueueRecord): MoveRecord[] {
    return [...this.tasks.entries(`${queueKey(source)}/`)].map(([, task]) => task);
  }

  /** `rate`: messages each second. */
  start(source: QueueRecord, destination: string | undefined, rate: number | undefined): MoveRecord {
    const { account, region, name } = source;
    const { visible } = this.state.live(source).messages.counts();
    const task: MoveRecord = {
      account,
      region,
      queue: name,
      id: randomUUID(),
      started: this.state.now(),
      status: 'RUNNING',
      destination,
      rate,
      moved: 0,
      toMove: visible,
    };
    this.save(task);
    this.schedule(task);
    return task;
  }

  cancel(task: MoveRecord): void {
    this.stop(task.id);
    this.save({ ...task, status: 'CANCELLED' });
  }

  /** Removes the tasks of a queue that is deleted. */
  forget(source: QueueRecord): void {
    for (const task of this.of(source)) {
      this.stop(task.id);
      this.tasks.remove(keyOf(task));
    }
  }

  /** Continues the tasks of an earlier server. */
  resume(): void {
    for (const [, task] of this.tasks.entries()) if (task.status === 'RUNNING') this.schedule(task);
  }

  close(): void {
    for (const id of this.timers.keys()) this.stop(id);
  }

  private schedule(task: MoveRecord): void {
    const { id, rate } = task;
    const timer = setTimeout(() => this.step(task), rate === undefined ? 0 : 1000 / rate);
    timer.unref();
    this.timers.set(id, timer);
  }

  private stop(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  private step(task: MoveRecord): void {
    this.timers.delete(task.id);
    const source = this.state.find(task, task.queue);
    if (!source) return;
    const most = Math.min(task.rate === undefined ? atOnce : 1, task.toMove - task.moved);
    const { moved, failure } = this.move(source, task, most);
    const all = task.moved + moved;
    const over = moved === 0 || all === task.toMove;
    const status = failure ? 'FAILED' : over ? 'COMPLETED' : 'RUNNING';
    const next: MoveRecord = { ...task, moved: all, status, failure };
    this.save(next);
    if (status === 'RUNNING') this.schedule(next);
  }

  /** A message that moves is a new message: it has another id, and its receives are not counted. */
  private move(source: QueueRecord, { destination }: MoveRecord, most: number) {
    const { messages } = this.state.live(source);
    let moved = 0;
    if (most < 1 || !messages.any()) return { moved };
    for (const entry of messages.visible()) {
      const { deadLetterSource, ...message } = messages.record(entry);
      const arn = destination ?? deadLetterSource;
      const target = arn === undefined ? undefined : this.state.findByArn(arn);
      if (!target) {
        messages.show(entry);
        const failure =
          arn === undefined ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue';
        return { moved, failure };
      }
      const now = this.state.now();
      const into = this.state.live(target);
      messages.remove(entry);
      into.messages.add({ ...message, id: randomUUID(), sent: now, visible: now });
      into.tell();
      moved++;
      if (moved === most) break;
    }
    return { moved };
  }

  private save(task: MoveRecord): void {
    this.tasks.put(keyOf(task), task);
  }
}

const keyOf = (task: MoveRecord): string =>
  `${queueKey({ ...task, name: task.queue })}/${String(task.started).padStart(14, '0')}/${task.id}`;
