// A separate account on the run's moto server, an independent emulator of AWS.
import { randomInt } from 'node:crypto';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { dummyCredentials } from './cli.ts';
import { shared } from './shared/ask.ts';

export interface MotoAccount {
  readonly endpoint: string;
  readonly account: string;
  /** Endpoint, region and credentials. */
  readonly env: Record<string, string>;
}

/**
 * An empty account; rejects when moto is missing or does not start. `server`: the endpoint of another moto server than
 * the one of the run.
 */
export async function motoAccount(
  account = String(randomInt(1e11, 2e11)),
  server?: string,
): Promise<MotoAccount> {
  const endpoint = server ?? (await shared('moto'));
  if (!endpoint) throw new Error('moto_server is missing');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = dummyCredentials;
  const region = dummyCredentials.AWS_REGION;
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  // moto derives the account from the access key of the request.
  const role = { RoleArn: `arn:aws:iam::${account}:role/tests`, RoleSessionName: 'tests' };
  const { Credentials } = await sts.send(new AssumeRoleCommand(role));
  sts.destroy();
  const keys = {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId as string,
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey as string,
  };
  return { endpoint, account, env: { ...dummyCredentials, ...keys, AWS_ENDPOINT_URL: endpoint } };
}
