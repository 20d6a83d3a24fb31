// Tasks whose resource is the ARN of a function: its answer is the result.
import { largestPayload, tooLarge } from '../../../states-language/failure.ts';
import { textOf } from '../../../states-language/json.ts';
import { ApiFailure, callApi } from './api-call.ts';
import { optimizedFailure } from './failures.ts';
import { functionFailure } from './integrations.ts';
import { failureDetails, limitDetails, sessionOf, type TaskKind } from './kind.ts';
import { checkPermission } from './permission.ts';
import { roleOf } from './role.ts';
import { inTime } from './waiting.ts';

export const functionKind = (arn: string): TaskKind => ({
  waits: false,

  begin({ thread, parameters, limits, role }) {
    thread.follow('LambdaFunctionScheduled', {
      input: textOf(parameters),
      inputDetails: { truncated: false },
      resource: arn,
      ...limitDetails(limits),
      ...(role === undefined ? {} : { taskCredentials: { roleArn: role } }),
    });
    thread.follow('LambdaFunctionStarted');
  },

  async run(attempt) {
    const { thread, parameters } = attempt;
    const { execution } = thread;
    const roleArn = roleOf(attempt);
    checkPermission({ execution, service: 'lambda', operation: 'invoke', roleArn }, { FunctionName: arn });
    const { account, region, trace } = execution.record;
    const request = {
      host: execution.state.host,
      service: 'lambda',
      operation: 'invoke',
      parameters: { FunctionName: arn, Payload: textOf(parameters) },
      account,
      region,
      roleArn,
      session: sessionOf(execution),
      ...(trace === undefined ? {} : { trace }),
    };
    try {
      const { output } = await inTime(attempt, callApi(request));
      const text = String(output.Payload ?? 'null');
      if (output.FunctionError !== undefined) throw functionFailure(text);
      if (Buffer.byteLength(text) > largestPayload) throw tooLarge(arn);
      return text;
    } catch (error) {
      throw error instanceof ApiFailure ? optimizedFailure('lambda', error) : error;
    }
  },

  succeeded({ thread }, output) {
    thread.follow('LambdaFunctionSucceeded', { output, outputDetails: { truncated: false } });
  },

  failed({ thread }, failure) {
    thread.follow('LambdaFunctionFailed', failureDetails(failure));
  },

  timedOut({ thread }, failure) {
    thread.follow('LambdaFunctionTimedOut', failureDetails(failure));
  },
});
