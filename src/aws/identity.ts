// Who calls: asked of STS, in a file of its own so that its client is loaded only for this question.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Aws } from './aws.ts';

export async function askIdentity(sts: STSClient): ReturnType<Aws['identity']> {
  const { Account = '', Arn = '', UserId = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { account: Account, arn: Arn, userId: UserId };
}

export { STSClient };
