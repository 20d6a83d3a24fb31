// Layers given by ARN count for the 250 MB limit when their sizes are known without a request.
import { randomFillSync } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { megabyte } from '../../support/large.ts';
import { clientsOf, type LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { zipOf } from '../../support/zip.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startInProcess();
});
afterAll(() => aws?.stop());

it('a function’s larger code is refused because of a large layer of another owner', async () => {
  const { lambda } = await clientsOf(aws.env);
  const ZipFile = await zipOf({ 'python/data.bin': randomFillSync(Buffer.alloc(45 * megabyte)) });
  const { LayerVersionArn: arn } = await lambda.send(
    new PublishLayerVersionCommand({ LayerName: 'of-others', Content: { ZipFile } }),
  );
  const cwd = await folderWith({
    'app.py': 'def handler(event, context):\n    return 1\n',
    'slsctl.yml': `project: p\nfunctions:\n  f: { runtime: python3.12, handler: app.handler, layers: ['${arn}'] }\n`,
  });
  const on = (args: string[], code = 0) => expectSlsctl(args, { cwd, env: aws.env, code });
  expect((await on(['deploy'])).stderr).not.toContain('warning');

  await writeFile(join(cwd, 'zeros.bin'), '');
  await truncate(join(cwd, 'zeros.bin'), 200 * megabyte);
  expect((await on(['plan'])).stderr).not.toContain('warning');
  await truncate(join(cwd, 'zeros.bin'), 210 * megabyte);
  const said =
    'warning: function f will be too large for AWS (250 MB unpacked): its code has 210 MB, and its layers';
  expect((await on(['plan'])).stderr).toContain(`${said} ${arn} 45 MB zipped`);
  const { stderr } = await on(['deploy'], 1);
  expect(stderr).toContain(said);
  expect(stderr).toMatch(
    /the function and its layers are too large together\ncause: .*The actual size is \d+ bytes/i,
  );
  expect(stderr).toContain('slsctl layer detach');
});
