// The middleware type: code between a call and its request, shared by the clients of all services.
import type { HandlerExecutionContext, MiddlewareStack } from '@smithy/types';

/** Adds itself to the stack of a client. */
export type Middleware = <Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
) => void;

/** A call, in the SDK's names. */
export interface Operation {
  /** The class of the client: `LambdaClient`. */
  client: string;
  /** `CreateFunction` */
  operation: string;
  /** `[9, namespace, name, traits, input, output]` */
  schema: unknown;
}

const read = /^(BatchGet|Get|List|Describe|Head|Filter|Simulate|Query|Lookup|Start(Query|LiveTail)$)/;

/** Whether the operation changes something on AWS. */
export function isWrite(operation: string): boolean {
  return !read.test(operation);
}

export function operationOf(context: HandlerExecutionContext): Operation {
  return {
    client: String(context.clientName),
    operation: String(context.commandName).replace(/Command$/, ''),
    schema: context.__smithy_context?.operationSchema,
  };
}
