// Versions of a function: what is kept in one, and when it can be used.

import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { CreateFunctionRequest$, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { lookUntil } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import { differences, isRecord } from '../compare.ts';
import { membersOf, settingsOf } from './settings.ts';

/** Making a snapshot (SnapStart) or network interfaces takes minutes. */
const forVersions = { budget: 900_000, first: 100, longest: 5000 };
/** A version may have been given a text of its own. */
const apart = new Set(['Description']);

/** Whether a version is what the function is: code and settings, as far as a version keeps them. */
export function sameVersion(one: FunctionConfiguration, other: FunctionConfiguration): boolean {
  const [left, right] = [kept(one), kept(other)];
  return differences(left, right, '').length === 0 && differences(right, left, '').length === 0;
}

/** What requests set, in the API's own words, and the code. */
function kept(configuration: FunctionConfiguration): Record<string, unknown> {
  const settings = settingsOf({ configuration, tags: {} });
  const names = (CreateFunctionRequest$[4] as readonly string[]).filter((name) => !apart.has(name));
  const entries = names.map((name) => [name, withoutAnswers(name, settings[name])]);
  return { ...Object.fromEntries(entries), FunctionName: undefined, CodeSha256: configuration.CodeSha256 };
}

/** Without what only answers carry (OptimizationStatus, VpcId). */
function withoutAnswers(name: string, value: unknown): unknown {
  const members = membersOf(name);
  if (!members || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => members.includes(key)));
}

/** Looks until the version can be invoked. Rejects with a UserError when AWS could not make it. */
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
  const found = await lookUntil(
    () => aws.lambda.send(command),
    ({ State }) => State !== 'Pending',
    { ...forVersions, onWait },
  );
  if (found.State !== 'Failed') return found;
  throw new UserError(`version ${Qualifier} of ${FunctionName} could not be made: ${found.StateReason}`);
}
