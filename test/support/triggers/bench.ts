// What the tests of triggers in slsctl.yml share: a local AWS, and a project with functions in a folder.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetPolicyCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, slsctl } from '../in-process.ts';
import { type Clients, clientsOf, type LocalAws } from '../local.ts';
import { removeFolder, temporaryFolder } from '../project.ts';

export interface Bench {
  aws: LocalAws;
  clients: Clients;
  folder: string;
  /** Of the project and its first function; another one in each test. */
  name: string;
}

/** Its members are set before each test. `prepare`: called once, with the local AWS. */
export function triggerBench(
  prepare: (env: Record<string, string>) => Promise<unknown> | unknown = () => {},
) {
  const bench = {} as Bench;
  let count = 0;
  beforeAll(async () => {
    bench.aws = await startInProcess();
    bench.clients = await clientsOf(bench.aws.env);
    await prepare(bench.aws.env);
  });
  afterAll(() => bench.aws?.stop());
  beforeEach(async () => {
    bench.name = `worker${++count}`;
    bench.folder = await temporaryFolder('triggers');
    await writeFile(
      join(bench.folder, 'app.py'),
      'import json\ndef handler(event, context):\n    print("EVENT", json.dumps(event))\n',
    );
    return () => removeFolder(bench.folder);
  });
  const at = () => ({ cwd: bench.folder, env: bench.aws.env });

  return Object.assign(bench, {
    run: (...args: string[]) => expectSlsctl(args, at()),
    attempt: (...args: string[]) => slsctl(args, at()),
    deploy: () => expectSlsctl(['deploy', '--yes'], at()),
    differs: async () => (await slsctl(['plan', '--exit-code'], at())).code === 10,
    /** Functions by their names, each with its further fields. */
    write: (functions: Record<string, string>, more = '') =>
      writeFile(
        join(bench.folder, 'slsctl.yml'),
        `project: ${bench.name}\n${more}functions:\n${Object.entries(functions)
          .map(
            ([key, fields]) =>
              `  ${key}:\n    runtime: python3.12\n    handler: app.handler\n${fields.replace(/^(?=.)/gm, '    ')}`,
          )
          .join('')}`,
      ),
    /** One function with these entries of `triggers:`. */
    one(entries: readonly string[], more = ''): Promise<void> {
      const list = entries.map((entry) => `  - ${entry}\n`).join('');
      return this.write({ [bench.name]: `triggers:\n${list}${more}` });
    },
    arn: (rest = bench.name) => `arn:aws:lambda:us-east-1:000000000000:function:${rest}`,
    async statements(Qualifier?: string): Promise<Record<string, unknown>[]> {
      const command = new GetPolicyCommand({ FunctionName: bench.name, Qualifier });
      const answer = await bench.clients.lambda.send(command).catch(() => undefined);
      return JSON.parse(answer?.Policy ?? '{"Statement":[]}').Statement;
    },
    /** Waits until the function has printed this. */
    async printed(text: string): Promise<void> {
      await vi.waitFor(
        async () => {
          const { stdout } = await slsctl(['logs', bench.name, '--since', '5m'], at());
          expect(stdout).toContain(text);
        },
        { timeout: 30_000, interval: 200 },
      );
    },
  });
}
