// The places where things are deployed in tests: the local AWS and moto.
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { startInProcess } from '../../local/in-process.ts';
import { motoAccount } from '../../support/moto.ts';
import { motoServer } from '../../support/tools.ts';

export interface Target {
  readonly account: string;
  readonly env: Record<string, string>;
  client<Client>(Class: new (config: ClientConfig) => Client): Client;
  stop(): Promise<void>;
}

interface ClientConfig {
  /** The client of Kinesis would speak HTTP/2, which moto does not know. */
  requestHandler: NodeHttpHandler;
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

export interface NamedTarget {
  readonly name: string;
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

/** moto only where it is installed. */
export const targets: readonly NamedTarget[] = (await motoServer()) ? [local, moto] : [local];

export function targetOf(account: string, env: Record<string, string>, stop: () => Promise<void>): Target {
  const config: ClientConfig = {
    requestHandler: new NodeHttpHandler(),
    endpoint: env.AWS_ENDPOINT_URL as string,
    region: env.AWS_REGION as string,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
    },
  };
  return { account, env, client: (Class) => new Class(config), stop };
}
