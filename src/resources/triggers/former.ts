// The triggers of functions that are removed: AWS does not remove them with the function.
import type { Aws } from '../../aws/aws.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import { FunctionResource } from '../function/function-resource.ts';
import { Things } from '../things/things.ts';
import { triggersByKind } from './entries.ts';

/** These resources, and the triggers that slsctl made for the undeclared functions among them. */
export async function withTriggers(
  aws: Aws,
  resources: readonly Resource[],
  owner: Owner | undefined,
): Promise<Resource[]> {
  const functions = resources.filter((resource) => resource instanceof FunctionResource);
  const found = await Promise.all(functions.map((host) => triggersOf(aws, host, owner)));
  return [...found.flat(), ...resources];
}

async function triggersOf(aws: Aws, host: FunctionResource, owner: Owner | undefined): Promise<Resource[]> {
  const aliases = await host.trafficAliases();
  const site = { aws, host, owner, qualifiers: [undefined, ...aliases] };
  const found = await Promise.all(
    triggersByKind(undefined, () => undefined).map(async ({ name, kind }) => {
      if (!(await host.hadTriggers(name))) return [];
      const things = new Things({ name: '', origin: '', things: [] }, aws);
      return kind.leftBehind([], { ...site, things });
    }),
  );
  return found.flat();
}
