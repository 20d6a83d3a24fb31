// Starts a state machine of the project, waits for its end, and shows its history.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Aws } from '../../aws/aws.ts';
import { nearest } from '../../config/did-you-mean.ts';
import type { Project } from '../../config/project.ts';
import type { StateMachineConfig } from '../../config/things/kinds.ts';
import { thingArn, thingName } from '../../config/things/names.ts';
import type { Context } from '../../context.ts';
import { badInput, exitCodes } from '../../errors/user-error.ts';
import { Progress, type Shown } from '../../present/history.ts';
import { tellError } from '../../ui/report-error.ts';

/** Milliseconds before the first look, and the longest pause between two. */
const pauses = [100, 1000] as const;

export interface MachineRun {
  /** The key or the name of the state machine. */
  readonly machine: string;
  /** JSON. */
  readonly input: string;
  /** Does not wait for the end. */
  readonly async: boolean;
}

interface Ended {
  readonly executionArn: string | undefined;
  readonly status: string | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export async function runStateMachine(
  context: Context,
  { machine, input, async }: MachineRun,
): Promise<number> {
  const config = selectMachine(await context.project(), machine);
  const aws = await context.aws();
  await aws.knowAccount();
  const name = thingName(config, await context.project(), aws);
  const stateMachineArn = thingArn('state machine', name, aws);
  const sfn = await aws.stepFunctions();
  if (config.fields.type === 'EXPRESS' && !async) {
    const answer = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input }));
    return tell(context, name, answer, []);
  }
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  if (async) {
    context.ui.answer({ executionArn, status: 'RUNNING' });
    context.ui.print(executionArn);
    return exitCodes.done;
  }
  context.ui.note(context.ui.style.dim(executionArn));
  const { ended, shown } = await followed(context, aws, executionArn);
  return tell(context, name, ended, shown);
}

/** @throws UserError (exit 2) that lists the state machines of the project */
function selectMachine({ things }: Project, given: string): StateMachineConfig {
  const machines = things.filter((thing) => thing.kind === 'state machine');
  const found = machines.find(({ key, name }) => key === given || name === given);
  if (found) return found;
  const keys = machines.map(({ key }) => key);
  if (keys.length === 0) {
    throw badInput('this project has no state machine', {
      next: 'declare one: stateMachines: { NAME: { definition: FILE } }',
    });
  }
  const guess = nearest(given, keys);
  throw badInput(
    `there is no state machine ${JSON.stringify(given)} in this project; it has: ${keys.join(', ')}`,
    {
      next: guess && `did you mean ${guess}?`,
    },
  );
}

/** Shows the states as they end. */
async function followed(
  context: Context,
  aws: Aws,
  executionArn: string,
): Promise<{ ended: Ended; shown: Shown[] }> {
  const sfn = await aws.stepFunctions();
  const progress = new Progress();
  let seen = 0;
  let pause: number = pauses[0];
  for (;;) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    for (const event of await eventsAfter(seen)) {
      seen = event.id ?? seen;
      const line = progress.line(event);
      if (line) context.ui.note(line);
    }
    if (execution.status !== 'RUNNING') return { ended: execution, shown: progress.shown };
    await sleep(pause, undefined, { signal: context.signal });
    pause = Math.min(pause * 1.5, pauses[1]);
  }

  async function eventsAfter(last: number): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(
        new GetExecutionHistoryCommand({
          executionArn,
          maxResults: 1000,
          includeExecutionData: false,
          nextToken,
        }),
      );
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events.filter(({ id = 0 }) => id > last);
  }
}

function tell(context: Context, name: string, ended: Ended, history: readonly Shown[]): number {
  const { ui } = context;
  const { executionArn, status, output, error, cause } = ended;
  if (ui.json) {
    const value = output === undefined ? undefined : (JSON.parse(output) as unknown);
    ui.answer({ executionArn, status, output: value, error, cause, history });
  } else if (output !== undefined) {
    ui.write(`${output}\n`);
  }
  if (status === 'SUCCEEDED') return exitCodes.done;
  const why = [error, cause].filter(Boolean).join(': ');
  tellError(ui, {
    message: `the execution of ${name} has ended with ${status}${why === '' ? '' : `: ${why}`}`,
  });
  return exitCodes.failed;
}
