// Calls the handlers of a local service like the server, but without a server.
import type { Call } from '../../src/local/call.ts';
import type { InputOf, OutputOf, Service } from '../../src/local/service.ts';

export const account = '123456789012';

export function someone(changes: Partial<Call> = {}): Call {
  return {
    account,
    region: 'eu-central-1',
    callerArn: `arn:aws:iam::${account}:root`,
    callerId: account,
    requestId: '11111111-2222-4333-8444-555555555555',
    endpoint: 'http://127.0.0.1:4586',
    signal: new AbortController().signal,
    ...changes,
  };
}

/** `call('GetRole', { RoleName })`; rejects when the handler throws. */
export function callerOf<Sdk, State>(service: Service<Sdk, State>, call: Call = someone()) {
  return async <Op extends keyof Service<Sdk, State>['handlers'] & string>(
    operation: Op,
    input: InputOf<Sdk, Op>,
  ): Promise<OutputOf<Sdk, Op>> => {
    const handler = service.handlers[operation] as
      | ((
          input: InputOf<Sdk, Op>,
          context: { call: Call; state: State },
        ) => OutputOf<Sdk, Op> | Promise<OutputOf<Sdk, Op>>)
      | undefined;
    if (!handler) throw new Error(`${service.name} has no ${operation}`);
    return handler(input, { call, state: service.state });
  };
}
