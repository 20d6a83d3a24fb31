// Events that other services send to functions: checked against the function's policy, then queued or run at once.
import { randomUUID } from 'node:crypto';
import type { Functions } from '../../../faces.ts';
import { isRefusal } from '../../../service-error.ts';
import type { LambdaState } from '../state.ts';
import { checkedPayload, payloadOf } from './invoke.ts';
import { permitted } from './permitted.ts';
import { invokeSynchronously } from './synchronous.ts';

export const functionsFace = (state: LambdaState): Functions => ({
  deliver(functionArn, event, source) {
    const { name, qualifier, ...scope } = permitted(state, functionArn, source);
    const payload = event instanceof Uint8Array ? checkedPayload(event, true) : payloadOf(event, true);
    state.queue.add({ requestId: randomUUID(), ...scope, name, qualifier, payload });
  },

  invoke: (functionArn, invocation) => invokeSynchronously(state, functionArn, invocation),

  accepts(functionArn, source) {
    try {
      permitted(state, functionArn, source);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  },
});
