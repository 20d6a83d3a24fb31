// The places where projects are deployed in tests: the local AWS, and emulators that others wrote. Each start is an empty account.
import { randomInt } from 'node:crypto';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { startInProcess } from '../../local/in-process.ts';
import { dummyCredentials } from '../cli.ts';
import { motoAccount } from '../moto.ts';
import { shared } from '../shared/ask.ts';
import { localStackPython, ministackServer, motoServer } from '../tools.ts';

export interface Target {
  readonly account: string;
  /** Endpoint, region and credentials. */
  readonly env: Record<string, string>;
  client<Client>(Class: new (config: ClientConfig) => Client): Client;
  stop(): Promise<void>;
}

interface ClientConfig {
  /** The client of Kinesis would speak HTTP/2, which not every endpoint knows. */
  requestHandler: NodeHttpHandler;
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Of S3: names of buckets do not resolve on loopback. */
  forcePathStyle: boolean;
}

export type TargetName = 'the local AWS' | 'moto' | 'ministack' | 'LocalStack';

export interface NamedTarget {
  readonly name: TargetName;
  start(): Promise<Target>;
}

const local: NamedTarget = {
  name: 'the local AWS',
  async start() {
    const { env, stop } = await startInProcess();
    return targetOf('000000000000', env as Record<string, string>, stop);
  },
};

const moto: NamedTarget = {
  name: 'moto',
  async start() {
    const { account, env } = await motoAccount();
    return targetOf(account, env, async () => {});
  },
};

/** Both take an access key of twelve digits as the account. The server starts with the first account. */
function byAccessKey(name: TargetName, server: 'ministack' | 'localStack'): NamedTarget {
  return {
    name,
    async start() {
      const account = String(randomInt(1e11, 2e11));
      const AWS_ENDPOINT_URL = (await shared(server)) as string;
      const env = { ...dummyCredentials, AWS_ACCESS_KEY_ID: account, AWS_ENDPOINT_URL };
      return targetOf(account, env, async () => {});
    },
  };
}

/** moto only where it is installed. */
export const localAndMoto: readonly NamedTarget[] = (await motoServer()) ? [local, moto] : [local];

/** The local AWS, and those of the others that are installed. */
export const targets: readonly NamedTarget[] = [
  ...localAndMoto,
  ...((await ministackServer()) ? [byAccessKey('ministack', 'ministack')] : []),
  ...((await localStackPython()) ? [byAccessKey('LocalStack', 'localStack')] : []),
];

export function targetOf(account: string, env: Record<string, string>, stop: () => Promise<void>): Target {
  const config: ClientConfig = {
    requestHandler: new NodeHttpHandler(),
    endpoint: env.AWS_ENDPOINT_URL as string,
    region: env.AWS_REGION as string,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
    },
    forcePathStyle: true,
  };
  return { account, env, client: (Class) => new Class(config), stop };
}
