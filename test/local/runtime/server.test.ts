// Functions behind the server that users start: invoked with the SDK, and ended with the server, however it ends.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  type Runtime,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, clientsOf, type LocalAws, startLocal } from '../../support/local.ts';
import { isAlive } from '../../support/process.ts';
import { notice, until } from './fixture.ts';

let local: LocalAws;
let clients: Clients;
let role = '';

beforeAll(async () => {
  local = await startLocal();
  clients = await clientsOf(local.env);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const made = await clients.iam.send(
    new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  role = made.Role?.Arn as string;
});
afterAll(() => local?.stop());

function zip(name: string, code: string): Uint8Array {
  const program =
    'import io, sys, zipfile\nb = io.BytesIO()\nz = zipfile.ZipFile(b, "w")\ni = zipfile.ZipInfo(sys.argv[1])\ni.external_attr = 0o755 << 16\nz.writestr(i, sys.argv[2])\nz.close()\nsys.stdout.buffer.write(b.getvalue())';
  return execFileSync('python3', ['-c', program, name, code]);
}

async function create(name: string, runtime: Runtime, file: string, code: string, more = {}): Promise<void> {
  await clients.lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: runtime,
      Handler: 'm.handler',
      Role: role,
      Code: { ZipFile: zip(file, code) },
      Timeout: 20,
      ...more,
    }),
  );
  await waitUntilFunctionActiveV2({ client: clients.lambda, maxWaitTime: 20 }, { FunctionName: name });
}

async function invoke(name: string): Promise<{ json: unknown; log: string }> {
  const { Payload, LogResult } = await clients.lambda.send(
    new InvokeCommand({ FunctionName: name, LogType: 'Tail' }),
  );
  return {
    json: JSON.parse(Buffer.from(Payload ?? []).toString()),
    log: Buffer.from(LogResult ?? '', 'base64').toString(),
  };
}

describe('a function', () => {
  it('logs in the format of its configuration', async () => {
    await create(
      'json-log',
      'python3.12',
      'm.py',
      'import logging\ndef handler(event, context):\n    logging.error("as JSON")\n',
      {
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'ERROR', SystemLogLevel: 'WARN' },
      },
    );
    const { log } = await invoke('json-log');
    expect(
      log
        .trim()
        .split('\n')
        .filter((line) => !notice.test(line))
        .map((line) => JSON.parse(line)),
    ).toEqual([expect.objectContaining({ level: 'ERROR', message: 'as JSON' })]);
  });

  it('leaves no process behind when the server is killed, whether the process is stopped or not', async () => {
    const forking = (code: string) =>
      `import os, subprocess\nchild = subprocess.Popen(["sleep", "1000"]).pid\n${code}`;
    await create(
      'killed',
      'python3.12',
      'm.py',
      forking('def handler(event, context):\n    return [os.getpid(), child]\n'),
    );
    await create('killed-node', 'nodejs20.x', 'm.mjs', 'export const handler = async () => [process.pid];\n');
    // A function that survives the end of its connection.
    const stubborn = `#!/usr/bin/env python3
${forking('')}
import http.client, json, time
c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
c.request("GET", "/2018-06-01/runtime/invocation/next")
r = c.getresponse()
r.read()
c.request("POST", "/2018-06-01/runtime/invocation/" + r.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", json.dumps([os.getpid(), child]))
c.getresponse().read()
while True:
    time.sleep(1)
`;
    await create('killed-own', 'provided.al2023', 'bootstrap', stubborn);
    const answers = await Promise.all(['killed', 'killed-node', 'killed-own'].map(invoke));
    const pids = answers.flatMap(({ json }) => json as number[]);
    expect(pids.every(isAlive)).toBe(true);
    const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await until(() => !pids.some(isAlive));
  });
});
