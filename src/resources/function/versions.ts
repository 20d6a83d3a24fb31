// Versions of a function: compares their content, and waits until one can be invoked.

import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { CreateFunctionRequest$, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { lookUntil } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import { differences, isRecord } from '../compare.ts';
import { membersOf, settingsOf } from './settings.ts';

/** AWS needs minutes to create a snapshot (SnapStart) or network interfaces. */
const forVersions = { budget: 900_000, first: 100, longest: 5000 };
/** Settings that may differ between a version and its function. */
const apart = new Set(['Description']);

/** Whether two configurations have the same code and settings, so that they are the same version. */
export function sameVersion(one: FunctionConfiguration, other: FunctionConfiguration): boolean {
  const [left, right] = [kept(one), kept(other)];
  return differences(left, right, '').length === 0 && differences(right, left, '').length === 0;
}

/** The settings that requests can set, and the hash of the code. */
function kept(configuration: FunctionConfiguration): Record<string, unknown> {
  const settings = settingsOf({ configuration, tags: {} });
  const names = (CreateFunctionRequest$[4] as readonly string[]).filter((name) => !apart.has(name));
  const entries = names.map((name) => [name, withoutAnswers(name, settings[name])]);
  return { ...Object.fromEntries(entries), FunctionName: undefined, CodeSha256: configuration.CodeSha256 };
}

/** Without the members that only answers have (OptimizationStatus, VpcId). */
function withoutAnswers(name: string, value: unknown): unknown {
  const members = membersOf(name);
  if (!members || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => members.includes(key)));
}

/** Waits until the version can be invoked. Rejects with a UserError when AWS could not create it. */
export async function usable(
  aws: Aws,
  FunctionName: string,
  Qualifier: string,
  report?: Report,
): Promise<FunctionConfiguration> {
  const command = new GetFunctionConfigurationCommand({ FunctionName, Qualifier });
  const onWait = (elapsed: number) => {
    if (elapsed > 1000) report?.(`waiting for version ${Qualifier}, ${Math.round(elapsed / 1000)} s`);
  };
  const version = await lookUntil(
    () => aws.lambda.send(command),
    ({ State }) => State !== 'Pending',
    { ...forVersions, onWait },
  );
  if (version.State !== 'Failed') return version;
  throw new UserError(`version ${Qualifier} of ${FunctionName} could not be created: ${version.StateReason}`);
}
