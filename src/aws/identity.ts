// Who calls: asked of STS, in a file of its own so that its client is loaded only for this question.
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import type { Aws } from './aws.ts';

/** `prepare` is given the client before its first call. */
export async function askIdentity(
  config: STSClientConfig,
  prepare: (client: STSClient) => STSClient,
): ReturnType<Aws['identity']> {
  const sts = prepare(new STSClient(config));
  const { Account = '', Arn = '', UserId = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { account: Account, arn: Arn, userId: UserId };
}
