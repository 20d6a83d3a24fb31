// A project with one function on a local AWS, for tests of what hangs on its aliases and on $LATEST.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { type Recorder, recorder } from '../../support/proxy.ts';

export const FunctionName = 'hello';
const code = { 'app.py': 'def handler(event, context):\n    return 1\n' };
const hello = { runtime: 'python3.12', handler: 'app.handler' };
export const uploads = { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::uploads' };
export const open = { authType: 'NONE' };

/** For a test file: the local AWS is for all its tests, the project for each. */
export class TrafficProject {
  local!: LocalAws;
  lambda!: sdk.LambdaClient;
  proxy!: Recorder;
  folder = '';

  constructor() {
    beforeAll(async () => {
      this.local = await startInProcess();
      const [clients, proxy] = await Promise.all([clientsOf(this.local.env), recorder(this.local.endpoint)]);
      this.lambda = clients.lambda;
      this.proxy = proxy;
    });
    afterAll(async () => {
      await this.proxy?.close();
      await this.local?.stop();
    });
    beforeEach(async () => {
      this.folder = await folderWith(code);
    });
    afterEach(async () => {
      await this.write({});
      await this.on(['destroy', '--yes']);
    });
  }

  on(args: string[], exit = 0) {
    return expectSlsctl([...args, '--endpoint-url', this.proxy.endpoint], {
      cwd: this.folder,
      env: this.local.env,
      code: exit,
    });
  }

  async answer(args: string[], exit = 0) {
    return JSON.parse((await this.on([...args, '--output', 'json'], exit)).stdout);
  }

  /** Writes slsctl.yml with these settings of the function. */
  write(settings: object) {
    const functions = { hello: { ...hello, ...settings } };
    return writeFile(join(this.folder, 'slsctl.yml'), stringify({ project: 'traffic', functions }));
  }

  /** A statement that slsctl does not write. */
  permit(StatementId: string, Qualifier?: string) {
    return this.lambda.send(
      new sdk.AddPermissionCommand({
        FunctionName,
        Qualifier,
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
      }),
    );
  }

  /** A URL that slsctl does not make. */
  makeUrl(Qualifier?: string) {
    const url = { FunctionName, Qualifier, AuthType: 'AWS_IAM' } as const;
    return this.lambda.send(new sdk.CreateFunctionUrlConfigCommand(url));
  }

  async addressAt(Qualifier?: string) {
    const config = await this.lambda.send(new sdk.GetFunctionUrlConfigCommand({ FunctionName, Qualifier }));
    return config.FunctionUrl as string;
  }

  /** Where URLs and statements are: `live: url` or `$LATEST: uploads`. */
  async hanging(): Promise<string[]> {
    const { Aliases = [] } = await this.lambda.send(new sdk.ListAliasesCommand({ FunctionName }));
    const all = [undefined, ...Aliases.map(({ Name }) => Name)].map(async (Qualifier) => {
      const at = { FunctionName, Qualifier };
      const [url, policy] = await Promise.all([
        this.lambda.send(new sdk.GetFunctionUrlConfigCommand(at)).catch(absent),
        this.lambda.send(new sdk.GetPolicyCommand(at)).catch(absent),
      ]);
      const { Statement = [] } = JSON.parse(policy?.Policy ?? '{}') as { Statement?: { Sid: string }[] };
      const found = [...(url ? ['url'] : []), ...Statement.map(({ Sid }) => Sid)];
      return found.map((one) => `${Qualifier ?? '$LATEST'}: ${one}`);
    });
    return (await Promise.all(all)).flat().sort();
  }
}

function absent(error: Error): undefined {
  if (error.name !== 'ResourceNotFoundException') throw error;
}

/** A public URL and the statement `uploads`, as `hanging` says them. */
export function publicAt(qualifier: string): string[] {
  return ['FunctionURLAllowPublicAccess', 'FunctionURLInvokeAllowPublicAccess', 'uploads', 'url'].map(
    (one) => `${qualifier}: ${one}`,
  );
}
