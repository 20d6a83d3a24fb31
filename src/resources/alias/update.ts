// Updates an alias, and explains a conflict with another deployment or user.
import { type AliasConfiguration, GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { answered } from '../../engine/lost-answers.ts';
import { forRevisions, tryWhile } from '../../engine/patience.ts';
import { UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { sameJson } from '../compare.ts';
import { isOvertaken } from '../function/state.ts';

type Update = Omit<
  ConstructorParameters<typeof UpdateAliasCommand>[0],
  'FunctionName' | 'Name' | 'RevisionId'
>;

/**
 * Updates the alias as it was read. Changes of its permissions or its URL make new revisions of it: while the alias
 * itself stays the same, the update is repeated with the new revision. Rejects with OvertakenAlias when it changed.
 */
export async function updateAlias(
  aws: Aws,
  FunctionName: string,
  before: AliasConfiguration,
  update: Update,
): Promise<AliasConfiguration> {
  const { Name } = before;
  let current = before;
  const unchanged = async (cause: unknown) => {
    if (!isOvertaken(cause)) return false;
    const now = await absent(() => aws.lambda.send(new GetAliasCommand({ FunctionName, Name })));
    if (!now || !sameAlias(now, before)) throw new OvertakenAlias(`${FunctionName}:${Name}`, now, cause);
    current = now;
    return true;
  };
  const send = () => {
    const input = { ...update, FunctionName, Name, RevisionId: current.RevisionId };
    return aws.lambda.send(new UpdateAliasCommand(input));
  };
  const given = Object.entries(update).filter(([, value]) => value !== undefined);
  const wanted = { ...before, ...Object.fromEntries(given) };
  return answered(
    () => tryWhile(send, unchanged, forRevisions),
    async (error) => {
      const now = await absent(() => aws.lambda.send(new GetAliasCommand({ FunctionName, Name })));
      if (now && sameAlias(now, wanted)) return { result: now };
      if (!now || !sameAlias(now, before)) throw error;
      current = now;
      return 'not at all';
    },
  );
}

function sameAlias(one: AliasConfiguration, other: AliasConfiguration): boolean {
  const [left, right] = [one, other].map(({ FunctionVersion, Description, RoutingConfig }) => ({
    FunctionVersion,
    Description: Description ?? '',
    weights: RoutingConfig?.AdditionalVersionWeights ?? {},
  }));
  return sameJson(left, right);
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
