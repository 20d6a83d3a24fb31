// The local Step Functions: state machines, their executions, and the tasks in them.
import * as sdk from '@aws-sdk/client-sfn';
import type { Service, ServiceHost } from '../../service.ts';
import { activities } from './executions/activities.ts';
import { callbacks } from './executions/callbacks.ts';
import { executions } from './executions/executions.ts';
import { history } from './executions/history.ts';
import { resumed } from './executions/resume.ts';
import { start } from './executions/start.ts';
import { aliases } from './machines/aliases.ts';
import { machines } from './machines/machines.ts';
import { taggedStates, tags } from './machines/tags.ts';
import { versions } from './machines/versions.ts';
import { createStatesState, type StatesState } from './state.ts';

export function createStatesService(host: ServiceHost): Service<typeof sdk, StatesState> {
  const state = createStatesState(host);
  return {
    name: 'states',
    protocol: 'json-1.0',
    apiVersion: '2016-11-23',
    target: 'AWSStepFunctions',
    sdk,
    handlers: {
      ...machines,
      ...versions,
      ...aliases,
      ...tags,
      ...executions,
      ...history,
      ...callbacks,
      ...activities,
    },
    state,
    faces: {
      machines: {
        start(stateMachineArn, input) {
          const [, , , region = '', account = ''] = stateMachineArn.split(':');
          start(state, { account, region }, { stateMachineArn, input });
        },
      },
    },
    tagged: taggedStates(state),
    resume: () => resumed(state),
    async close() {
      for (const running of [...state.running.values()]) running.suspend();
    },
  };
}
