// Who calls: asked of STS, in a file of its own so that its client is loaded only for this question.
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

export interface Identity {
  account: string;
  arn: string;
  userId: string;
}

export async function askIdentity(sts: STSClient): Promise<Identity> {
  const { Account = '', Arn = '', UserId = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { account: Account, arn: Arn, userId: UserId };
}
