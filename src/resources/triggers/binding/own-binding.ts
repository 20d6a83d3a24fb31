// Bindings that slsctl made for functions that do not declare them any more: they may be in the way of new ones.
import type { Aws } from '../../../aws/aws.ts';
import type { Owner } from '../../../engine/resource.ts';
import { FunctionResource } from '../../function/function-resource.ts';

const mark = 'slsctl.';

/** The id of a function's notification on a bucket, or filter on a log group: the first, the second … The same in every run. */
export function bindingId(functionName: string, number: number): string {
  return `${mark}${functionName}.${number}`;
}

/** Whether slsctl gives this id to bindings of the function. */
export function isIdFor(functionName: string, id: string): boolean {
  return id.startsWith(`${mark}${functionName}.`) && /\.\d+$/.test(id);
}

/** Whether the function that is called is gone, or is of this owner, who declares the binding no more. */
export async function isAbandoned(
  aws: Aws,
  { id, called, owner }: { id: string; called: string; owner: Owner },
): Promise<boolean> {
  if (!isIdFor(called, id)) return false;
  const host = new FunctionResource(aws, { name: called, owner });
  const live = await host.read();
  return live === undefined || host.foreign(live) === undefined;
}

/** The name in the ARN of a function, a version or an alias; undefined: it is another resource. */
export function functionIn(arn: string): string | undefined {
  const [, , service, , , , name] = arn.split(':');
  return service === 'lambda' ? name : undefined;
}

/** The alias in such an ARN. */
export function qualifierIn(arn: string): string | undefined {
  return arn.split(':')[7];
}
