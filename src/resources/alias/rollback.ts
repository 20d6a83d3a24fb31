// Rollback: moves an alias to exactly the version that it served before, in one call.
import { type AliasConfiguration, GetAliasCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Next } from '../../errors/next.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { parseDescription, wentBack, writeDescription } from './record.ts';
import { updateAlias } from './update.ts';

export interface Rollback {
  readonly alias: AliasConfiguration;
  readonly to: string;
  /** Versions that get no requests any more. */
  readonly from: string;
}

/** There is nothing to roll back: the alias serves the wanted version, or the one before the last deployment. */
export interface AlreadyBack {
  readonly serves: string;
  /** The version that an earlier rollback left. */
  readonly left?: string;
  /** The version before the one that it serves, if it is known. */
  readonly before?: string;
}

/** Rejects with a UserError when the alias does not exist. */
export async function readAlias(aws: Aws, FunctionName: string, Name: string): Promise<AliasConfiguration> {
  const alias = await absent(() => aws.lambda.send(new GetAliasCommand({ FunctionName, Name })));
  if (alias) return alias;
  throw new UserError(`there is no alias ${Name} of function ${FunctionName}`, exitCodes.failed, {
    reason: 'the first deployment that declares it creates it',
    next: [{ command: 'deploy' }, ', or ', { command: `alias list ${FunctionName}` }],
  });
}

/**
 * The rollback of this alias, to the version `to` or the recorded one. Without `to` it goes back once after each
 * deployment, so that a command that is run again does not go back further. Throws a UserError when there is no version.
 */
export function planRollback(
  FunctionName: string,
  alias: AliasConfiguration,
  to?: string,
): Rollback | AlreadyBack {
  const name = `${FunctionName}:${alias.Name}`;
  const { FunctionVersion: current = '', RoutingConfig, Description } = alias;
  const [second] = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
  const { record } = parseDescription(Description);
  if (to !== undefined) {
    if (to !== current) return { alias, to, from: current };
    if (second !== undefined) return { alias, to, from: second };
    return { serves: to };
  }
  // An interrupted canary: the main version ran before the canary's version.
  if (second !== undefined) return { alias, to: current, from: second };
  const next = chooseVersion(FunctionName);
  if (record && record.current !== current) {
    throw new UserError(
      `alias ${name} was moved by another deployment or user, so the version before is not recorded`,
      1,
      {
        reason: `slsctl moved it to version ${record.current} last, but it now serves ${current}`,
        next,
      },
    );
  }
  const [before] = record?.before ?? [];
  if (record?.from !== undefined) return { serves: current, left: record.from, before };
  if (before !== undefined) return { alias, to: before, from: current };
  throw new UserError(`alias ${name} has no version to go back to`, exitCodes.failed, {
    reason: `it serves version ${current}, and no earlier version is recorded`,
    next,
  });
}

/** Sends all requests of the alias to the one version, and shortens the record by one step. */
export async function rollBack(
  aws: Aws,
  FunctionName: string,
  { alias, to, from }: Rollback,
): Promise<AliasConfiguration> {
  const { text, record } = parseDescription(alias.Description);
  const current = alias.FunctionVersion ?? '';
  const after =
    to === current ? { current, before: record?.before ?? [], from } : wentBack(record, current, to);
  try {
    return await updateAlias(aws, FunctionName, alias, {
      FunctionVersion: to,
      RoutingConfig: { AdditionalVersionWeights: {} },
      Description: writeDescription({ text, record: after }),
    });
  } catch (cause) {
    if ((cause as Error).name !== 'ResourceNotFoundException') throw cause;
    throw new UserError(`there is no version ${to} of function ${FunctionName}`, exitCodes.failed, {
      reason: record?.before.includes(to)
        ? 'the alias served it before, but it was deleted since'
        : undefined,
      next: chooseVersion(FunctionName),
      cause,
    });
  }
}

function chooseVersion(name: string): Next {
  return [{ command: `versions ${name}` }, ', then ', { command: `rollback ${name} --to VERSION` }];
}
