// Credential providers of a folder with config files, and an endpoint for STS and IAM Identity Center.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { Connections } from '../../../src/aws/connections.ts';
import { credentialProvider } from '../../../src/aws/credentials/chain.ts';
import { Settings, type SettingsOptions } from '../../../src/aws/settings.ts';
import { folderWith } from '../../support/project.ts';

export interface Setup {
  /** Content of the two files. */
  credentials?: string;
  config?: string;
  env?: NodeJS.ProcessEnv;
  profile?: string;
  projectProfile?: string;
  ask?: (question: string) => Promise<string>;
  /** A folder that has the files of an earlier setup. */
  home?: string;
}

/** A provider in a folder with these files, and nothing of the machine. */
export async function providerIn({ credentials = '', config = '', ...setup }: Setup) {
  const home = setup.home ?? (await folderWith({ credentials, config }));
  const options: SettingsOptions = {
    cwd: home,
    env: {
      HOME: home,
      AWS_CONFIG_FILE: 'config',
      AWS_SHARED_CREDENTIALS_FILE: 'credentials',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...setup.env,
    },
    profile: setup.profile,
    projectProfile: setup.projectProfile,
  };
  const settings = await Settings.load(options);
  const client = {
    region: 'us-east-1',
    maxAttempts: 1,
    requestHandler: new Connections(),
    ignoreConfiguredEndpointUrls: true,
  };
  const provider = credentialProvider({ settings, client, ask: setup.ask });
  return { provider, settings, home, cache: join(home, '.aws', 'cli', 'cache') };
}

export interface AskedOfSts {
  method: string;
  path: string;
  /** The id of the key that signed; empty: none did. */
  key: string;
  headers: Record<string, string | string[] | undefined>;
  form: Record<string, string>;
  body: string;
}

export interface Answer {
  status?: number;
  body: string;
  headers?: Record<string, string>;
}

/** An endpoint that records and answers. `AssumeRole` and its like give a session with this key. */
export async function endpoint(answer: (asked: AskedOfSts) => Answer = session('ASIASESSION')) {
  const asked: AskedOfSts[] = [];
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const { method = '', url: path = '', headers } = request;
    const key = /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
    const form = Object.fromEntries(new URLSearchParams(body));
    const one = { method, path, key, headers, form, body };
    asked.push(one);
    const { status = 200, body: text, headers: given } = answer(one);
    response.writeHead(status, { 'content-type': 'text/xml', ...given }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export const session =
  (key: string, expires = '2099-01-01T00:00:00Z') =>
  ({ form }: Pick<AskedOfSts, 'form'>): Answer => ({
    body: `<${form.Action}Response><${form.Action}Result><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expires}</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::111111111111:assumed-role/deployer/one</Arn><AssumedRoleId>A:one</AssumedRoleId></AssumedRoleUser></${form.Action}Result></${form.Action}Response>`,
  });

export const refusal =
  (code: string, message: string, status = 403) =>
  (): Answer => ({
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  });
