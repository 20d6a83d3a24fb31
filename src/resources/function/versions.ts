// Versions of a function: waits until one can be invoked.
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { lookUntil, waiting } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';

/** AWS needs minutes to create a snapshot (SnapStart) or network interfaces. */
const forVersions = { budget: 900_000, first: 100, longest: 5000 };
/** Waits until the version can be invoked. Rejects with a UserError when AWS could not create it. */
export async function usable(
  aws: Aws,
  FunctionName: string,
  Qualifier: string,
  report?: Report,
): Promise<FunctionConfiguration> {
  const command = new GetFunctionConfigurationCommand({ FunctionName, Qualifier });
  const version = await lookUntil(
    () => aws.lambda.send(command),
    ({ State }) => State !== 'Pending',
    { ...forVersions, onWait: waiting(report, `version ${Qualifier}`) },
  );
  if (version.State !== 'Failed') return version;
  throw new UserError(`version ${Qualifier} of ${FunctionName} could not be created: ${version.StateReason}`);
}
