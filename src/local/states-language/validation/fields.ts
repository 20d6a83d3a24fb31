// The fields of each type of state.
import type { StateType } from '../definition.ts';

interface Fields {
  readonly required: readonly string[];
  readonly JSONPath: readonly string[];
  readonly JSONata: readonly string[];
  readonly both: readonly string[];
}

const common = ['Type', 'Comment', 'QueryLanguage'];
const moves = ['Next', 'End'];
const errors = ['Retry', 'Catch'];
const paths = ['InputPath', 'OutputPath'];
const results = ['ResultPath', 'ResultSelector', 'Parameters'];

export const fieldsOf: Readonly<Record<StateType, Fields>> = {
  Task: {
    required: ['Resource'],
    both: [
      ...common,
      ...moves,
      ...errors,
      'Resource',
      'TimeoutSeconds',
      'HeartbeatSeconds',
      'Assign',
      'Credentials',
    ],
    JSONPath: [...paths, ...results, 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
    JSONata: ['Arguments', 'Output'],
  },
  Pass: {
    required: [],
    both: [...common, ...moves, 'Assign'],
    JSONPath: [...paths, 'ResultPath', 'Parameters', 'Result'],
    JSONata: ['Output'],
  },
  Choice: {
    required: ['Choices'],
    both: [...common, 'Choices', 'Default', 'Assign'],
    JSONPath: paths,
    JSONata: ['Output'],
  },
  Wait: {
    required: [],
    both: [...common, ...moves, 'Seconds', 'Timestamp', 'Assign'],
    JSONPath: [...paths, 'SecondsPath', 'TimestampPath'],
    JSONata: ['Output'],
  },
  Succeed: { required: [], both: common, JSONPath: paths, JSONata: ['Output'] },
  Fail: {
    required: [],
    both: [...common, 'Error', 'Cause'],
    JSONPath: ['ErrorPath', 'CausePath'],
    JSONata: [],
  },
  Parallel: {
    required: ['Branches'],
    both: [...common, ...moves, ...errors, 'Branches', 'Assign'],
    JSONPath: [...paths, ...results],
    JSONata: ['Arguments', 'Output'],
  },
  Map: {
    required: [],
    both: [
      ...common,
      ...moves,
      ...errors,
      'ItemProcessor',
      'Iterator',
      'ItemSelector',
      'MaxConcurrency',
      'Assign',
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      'Label',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
    ],
    JSONPath: [
      ...paths,
      ...results,
      'ItemsPath',
      'MaxConcurrencyPath',
      'ToleratedFailureCountPath',
      'ToleratedFailurePercentagePath',
    ],
    JSONata: ['Items', 'Output'],
  },
};
