// Continues the executions that an earlier server left unfinished.
import { MachineExecution } from '../run/execution.ts';
import type { StatesState } from '../state.ts';

export function resumed(state: StatesState): void {
  const unfinished = Array.from(state.executions.entries(), ([, record]) => record).filter(
    ({ status }) => status === 'RUNNING',
  );
  for (const record of unfinished) void new MachineExecution(state, record).run();
}
