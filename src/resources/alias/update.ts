// Updates an alias, and explains a conflict with another deployment or user.
import { type AliasConfiguration, GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { isOvertaken } from '../function/state.ts';

/** UpdateAlias. Rejects with OvertakenAlias when the alias was changed since it was read. */
export async function updateAlias(
  aws: Aws,
  input: ConstructorParameters<typeof UpdateAliasCommand>[0],
): Promise<AliasConfiguration> {
  try {
    return await aws.lambda.send(new UpdateAliasCommand(input));
  } catch (cause) {
    if (!isOvertaken(cause)) throw cause;
    const { FunctionName, Name } = input;
    const now = await absent(() => aws.lambda.send(new GetAliasCommand({ FunctionName, Name })));
    throw new OvertakenAlias(`${FunctionName}:${Name}`, now, cause);
  }
}

/** The alias was changed since it was read; this update did nothing. */
export class OvertakenAlias extends UserError {
  /** undefined: it was deleted. */
  readonly now: AliasConfiguration | undefined;

  constructor(name: string, now: AliasConfiguration | undefined, cause: unknown) {
    super(`alias ${name} was changed by another deployment or user meanwhile`, 1, {
      reason: now ? `it points to version ${now.FunctionVersion} now` : 'it does not exist any more',
      next: [{ command: 'plan' }, ', then deploy again'],
      cause,
    });
    this.now = now;
  }
}
