// The change of an alias, which is told where another was faster.
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

/** The alias was changed since it was read; nothing was done to it. */
export class OvertakenAlias extends UserError {
  /** undefined: it is gone. */
  readonly now: AliasConfiguration | undefined;

  constructor(name: string, now: AliasConfiguration | undefined, cause: unknown) {
    super(`alias ${name} was changed by somebody else meanwhile`, 1, {
      reason: now ? `it points to version ${now.FunctionVersion} now` : 'it is not there any more',
      next: [{ command: 'plan' }, ', then deploy again'],
      cause,
    });
    this.now = now;
  }
}
