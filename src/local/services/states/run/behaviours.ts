// What each type of state does.
import type { StateType } from '../../../states-language/definition.ts';
import { choose, end, fail, passOn, wait } from './flow.ts';
import { map } from './map.ts';
import type { Step, Thread } from './model.ts';
import { parallel } from './parallel.ts';
import { task } from './task.ts';

export const behaviours: Readonly<Record<StateType, (thread: Thread) => Promise<Step>>> = {
  Pass: passOn,
  Choice: choose,
  Wait: wait,
  Succeed: end,
  Fail: fail,
  Task: task,
  Parallel: parallel,
  Map: map,
};
