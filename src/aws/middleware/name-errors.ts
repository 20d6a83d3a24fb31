// Adds to an error the call that failed and its resource.
import { Final } from './final.ts';
import { type Middleware, operationOf } from './middleware.ts';
import { resourceOf } from './resource-of.ts';

/** `apiCall`: `Lambda:CreateFunction`. `apiResource`: name or ARN of the resource, if the call names one. */
export const nameErrors: Middleware = (stack) => {
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (caught) {
        const error = caught instanceof Final ? caught.error : caught;
        if (error instanceof Error) {
          const { client, operation, schema } = operationOf(context);
          const call = `${client.replace(/Client$/, '')}:${operation}`;
          const resource = schema && resourceOf(args.input, schema);
          Object.defineProperty(error, 'apiCall', { value: call, configurable: true });
          Object.defineProperty(error, 'apiResource', { value: resource, configurable: true });
        }
        throw error;
      }
    },
    { step: 'initialize', name: 'slsctlErrors', priority: 'high' },
  );
};
