// Asks STS for the caller's identity. A separate file, so that the STS client is loaded only when needed.
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

export interface Identity {
  account: string;
  arn: string;
  userId: string;
}

export async function askIdentity(sts: STSClient, abortSignal: AbortSignal): Promise<Identity> {
  const command = new GetCallerIdentityCommand({});
  const { Account = '', Arn = '', UserId = '' } = await sts.send(command, { abortSignal });
  return { account: Account, arn: Arn, userId: UserId };
}
