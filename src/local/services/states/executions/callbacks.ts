// Answers to tasks by their tokens.
import type * as sdk from '@aws-sdk/client-sfn';
import type { Handlers } from '../../../service.ts';
import type { StatesState } from '../state.ts';
import { answer, heartbeat } from '../tasks/tokens.ts';

export const callbacks: Handlers<typeof sdk, StatesState> = {
  SendTaskSuccess({ taskToken = '', output = '' }, { state }) {
    answer(state, taskToken, { output });
    return {};
  },

  SendTaskFailure({ taskToken = '', error, cause }, { state }) {
    answer(state, taskToken, {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    return {};
  },

  SendTaskHeartbeat({ taskToken = '' }, { state }) {
    heartbeat(state, taskToken);
    return {};
  },
};
