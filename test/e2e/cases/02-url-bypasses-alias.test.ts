// Case: a URL and a permission of a function with an alias hung on $LATEST, so that canary and rollback did not reach
// their callers.
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

const node = { runtime: 'nodejs22.x', handler: 'index.handler', code: 'code' };
const python = { runtime: 'python3.12', handler: 'app.handler', code: 'code' };
const files = {
  node: (text: string) => ['index.js', `exports.handler = async () => ${JSON.stringify(text)};\n`] as const,
  python: (text: string) =>
    ['app.py', `def handler(event, context):\n    return ${JSON.stringify(text)}\n`] as const,
};
const uploads = { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::b' };

/** Names below localhost may have no address, so the test connects to 127.0.0.1. */
function bodyAt(address: string): Promise<string> {
  const { host, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, headers: { host } }, (answer) => {
      buffer(answer).then((content) => resolve(content.toString()), reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

let local: LocalAws;
let lambda: sdk.LambdaClient;

beforeAll(async () => {
  local = await startInProcess();
  ({ lambda } = await clientsOf(local.env));
});
afterAll(() => local?.stop());

describe.each([
  ['as it was written', 'ua', node, 'node', { live: {} }, { authType: 'NONE' }],
  ['in Python, with another alias', 'ub', python, 'python', { prod: {} }, { authType: 'AWS_IAM' }],
  [
    'with a second alias that is kept at a version',
    'uc',
    node,
    'node',
    { live: {}, first: { version: '1' } },
    { authType: 'NONE', invokeMode: 'RESPONSE_STREAM' },
  ],
] as const)('the URL and the permission, %s', (_, name, runtime, language, aliases, url) => {
  const [alias = ''] = Object.keys(aliases);
  let folder: string;
  const on = (args: string[], code = 0) => expectSlsctl(args, { cwd: folder, env: local.env, code });
  const code = async (text: string) => {
    const [file, content] = files[language](text);
    await writeFile(join(folder, 'code', file), content);
  };
  /** The answer at the only URL. Signed requests are not needed here: what the URL calls is invoked instead. */
  const served = async () => {
    const { FunctionUrlConfigs = [] } = await lambda.send(
      new sdk.ListFunctionUrlConfigsCommand({ FunctionName: name }),
    );
    expect(FunctionUrlConfigs).toHaveLength(1);
    const { FunctionArn, FunctionUrl = '' } = FunctionUrlConfigs[0] as sdk.FunctionUrlConfig;
    if (url.authType === 'NONE') return bodyAt(FunctionUrl);
    const { Payload } = await lambda.send(new sdk.InvokeCommand({ FunctionName: FunctionArn }));
    return Buffer.from(Payload as Uint8Array).toString();
  };

  it('follow canary and rollback', async () => {
    const functions = { [name]: { ...runtime, url, permissions: { s3: uploads }, aliases } };
    folder = await folderWith({ 'slsctl.yml': stringify({ project: name, region: 'us-east-1', functions }) });
    await mkdir(join(folder, 'code'));
    await code('v1');
    await on(['deploy']);
    await code('broken');
    await on(['deploy', '--canary', '50%', '--bake', '1s']);
    expect(await served()).toContain('broken');
    const { stderr } = await on(['rollback', '--yes']);
    expect(stderr).not.toContain('warning');
    expect(await served()).toContain('v1');

    const policy = await lambda.send(new sdk.GetPolicyCommand({ FunctionName: name, Qualifier: alias }));
    const { Statement } = JSON.parse(policy.Policy ?? '') as {
      Statement: { Sid: string; Resource: string }[];
    };
    expect(Statement.map(({ Sid }) => Sid)).toContain('s3');
    expect(new Set(Statement.map(({ Resource }) => Resource.split(':').at(-1)))).toEqual(new Set([alias]));
    await expect(lambda.send(new sdk.GetPolicyCommand({ FunctionName: name }))).rejects.toThrow(
      'does not exist',
    );
    expect((await on(['status'])).stdout).toContain(`calls ${alias}, `);
    await on(['destroy', '--yes']);
  });
});
