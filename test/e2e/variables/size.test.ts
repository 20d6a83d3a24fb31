// Lambda counts declared and kept live variables together: a plan that makes them too large changes nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws, startLocal } from '../../support/local.ts';
import { folderWith, replaceIn } from '../../support/project.ts';

let aws: LocalAws;
let cwd: string;
beforeAll(async () => {
  aws = await startLocal();
});
afterAll(() => aws.stop());

const FunctionName = 'large';
const source = `project: large
functions:
  large:
    runtime: python3.12
    handler: app.handler
    environment: { OWN: small }
    aliases: { live: {} }
`;

/** Deploys the function anew, with a live variable of 3 KB that slsctl.yml does not name. */
beforeEach(async () => {
  cwd = await folderWith({ 'slsctl.yml': source, 'app.py': 'def handler(event, context):\n    return 1\n' });
  await expectSlsctl(['deploy', '--prune'], { cwd, env: aws.env });
  const { lambda } = await clientsOf(aws.env);
  const Environment = { Variables: { OWN: 'small', KEPT: 'k'.repeat(3000) } };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30 }, { FunctionName });
});

async function revision(): Promise<string | undefined> {
  const { lambda } = await clientsOf(aws.env);
  return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).RevisionId;
}

it.each([['plan'], ['deploy'], ['deploy', '--dry-run'], ['deploy', '--canary', '10%']])(
  'slsctl %s %s %s refuses more than 4 KB before it changes anything',
  async (...args) => {
    await replaceIn(join(cwd, 'slsctl.yml'), 'OWN: small', `OWN: ${'o'.repeat(2000)}`);
    const before = await revision();
    const { code, stderr } = await slsctl(args, { cwd, env: aws.env });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /error: the environment of function large has 50\d\d bytes; allowed: 4096 together; largest: KEPT/,
    );
    expect(stderr).toContain(
      'slsctl.yml does not name these, and they would be kept: KEPT; nothing was changed',
    );
    expect(stderr).toContain('slsctl deploy large --prune');
    expect(await revision()).toBe(before);
  },
);

it('slsctl env set refuses it, and leaves the file as it is', async () => {
  const before = await revision();
  const { code, stderr } = await slsctl(['env', 'set', `NEW=${'n'.repeat(2000)}`], { cwd, env: aws.env });
  expect(code).toBe(2);
  expect(stderr).toContain('they would be kept: KEPT; nothing was changed');
  expect(await readFile(join(cwd, 'slsctl.yml'), 'utf8')).toBe(source);
  expect(await revision()).toBe(before);
});

it('what leaves does not count: --prune, a variable that is null, and other changes', async () => {
  const options = { cwd, env: aws.env };
  await replaceIn(join(cwd, 'slsctl.yml'), 'OWN: small', `OWN: ${'o'.repeat(2000)}`);
  await expectSlsctl(['plan', '--prune'], options);
  await replaceIn(join(cwd, 'slsctl.yml'), 'OWN: ', 'KEPT: null, OWN: ');
  await expectSlsctl(['deploy'], options);
  await expectSlsctl(['plan', '--exit-code'], options);
});
