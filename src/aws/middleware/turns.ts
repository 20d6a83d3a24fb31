// Sends the changes of one function one after the other: AWS refuses a change while it is making another one.
import { isWrite, type Middleware, type Operation, operationOf } from './middleware.ts';
import { resourceOf } from './resource-of.ts';

/** The name in a function's name or ARN, with or without a qualifier. */
const functionName = /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?([\w-]+)/;

/**
 * The function that the call changes. Calls about aliases are left out: an alias is a resource of its own, and AWS
 * changes several at a time.
 */
function changedFunction(input: object, { client, operation, schema }: Operation): string | undefined {
  if (client !== 'LambdaClient' || !schema || !isWrite(operation)) return undefined;
  if (/Layer|Alias$|^CreateFunction$|^Invoke/.test(operation)) return undefined;
  return functionName.exec(resourceOf(input, schema) ?? '')?.[1];
}

/** A call that fails does not stop those that wait for it. */
export function takeTurns(): Middleware {
  const last = new Map<string, Promise<unknown>>();
  return (stack) => {
    stack.add(
      (next, context) => async (args) => {
        const name = changedFunction(args.input, operationOf(context));
        if (name === undefined) return next(args);
        const turn = (last.get(name) ?? Promise.resolve()).then(() => next(args));
        const ended = turn.then(
          () => {},
          () => {},
        );
        last.set(name, ended);
        void ended.then(() => last.get(name) === ended && last.delete(name));
        return turn;
      },
      { step: 'initialize', name: 'slsctlTurns', priority: 'high' },
    );
  };
}
