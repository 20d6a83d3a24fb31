// `slsctl list` names the region of each resource, and looks into all regions of the partition with --all-regions.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startProxy } from '../../../bench/proxy.js';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { filesIn, removeFolder } from '../../support/project.ts';
import { interposed } from '../../support/proxy.ts';

let aws: LocalAws;

beforeAll(async () => {
  aws = await startInProcess();
  for (const region of ['eu-central-1', 'us-west-2']) {
    const cwd = await folder(`fn-${region}`);
    await expectSlsctl(['deploy', '--region', region], { cwd, env: aws.env });
    await removeFolder(cwd);
  }
});
afterAll(() => aws?.stop());

const folder = async (name: string) =>
  filesIn('regions', {
    'index.js': 'exports.handler = async () => 1;\n',
    'slsctl.yml': `project: team\nfunctions: { ${name}: { runtime: nodejs22.x, handler: index.handler } }\n`,
  });
const rows = (stdout: string) => stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
const denied = {
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: '{"__type": "UnrecognizedClientException", "message": "The security token included in the request is invalid."}',
};
/** The region that a request is signed for. */
const regionOf = (headers: Record<string, unknown>) =>
  /Credential=[^/]+\/\d+\/([^/]+)\//.exec(String(headers.authorization))?.[1];

describe('slsctl list', () => {
  it('has the region of each resource; roles are those of all regions', async () => {
    const { stdout } = await expectSlsctl(['list', '--region', 'us-west-2'], { env: aws.env });
    expect(rows(stdout)).toEqual(
      expect.arrayContaining([
        ['PROJECT', 'STAGE', 'REGION', 'KIND', 'NAME'],
        ['team', '-', 'us-west-2', 'function', 'fn-us-west-2'],
        ['team', '-', 'eu-central-1', 'role', 'fn-eu-central-1-eu-central-1'],
      ]),
    );
    expect(stdout).not.toMatch(/function +fn-eu-central-1/);
  });

  it('--all-regions lists every region once', async () => {
    const { stdout } = await expectSlsctl(['list', '--all-regions', '-o', 'json'], { env: aws.env });
    const { target, regions, resources, refused } = JSON.parse(stdout);
    expect([target.region, refused]).toEqual(['us-east-1', []]);
    expect(regions).toEqual(expect.arrayContaining(['ap-south-1', 'eu-central-1', 'us-east-1', 'us-west-2']));
    expect(regions.filter((name: string) => name.startsWith('cn-'))).toEqual([]);
    const kinds = (region: string) =>
      resources.flatMap((one: Record<string, string>) => (one.region === region ? [one.kind] : []));
    expect(kinds('eu-central-1')).toEqual(['function', 'log group', 'role']);
    expect(kinds('us-west-2')).toEqual(['function', 'log group', 'role']);
    expect(resources).toHaveLength(6);
  });

  it('--all-regions names the regions that refuse once, and asks eight regions at a time', async () => {
    let most = 0;
    const open = new Map<string, number>();
    const proxy = await interposed(aws.endpoint, async ({ headers }) => {
      const region = regionOf(headers) ?? '';
      if (region.startsWith('ap-')) return denied;
      open.set(region, (open.get(region) ?? 0) + 1);
      most = Math.max(most, open.size);
      await new Promise((resolve) => setImmediate(resolve));
      const left = (open.get(region) ?? 1) - 1;
      if (left === 0) open.delete(region);
      else open.set(region, left);
      return undefined;
    });
    onTestFinished(() => proxy.close());
    const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    const { stdout, stderr } = await expectSlsctl(['list', '--all-regions'], { env });
    expect(rows(stdout)).toContainEqual(['team', '-', 'eu-central-1', 'function', 'fn-eu-central-1']);
    const named = stderr.split('\n').filter((line) => line.includes('ap-south-1'));
    expect(named).toEqual([
      expect.stringMatching(
        /^not looked into, since they refuse these credentials or cannot be reached: ap-east-1, ap-east-2, /,
      ),
    ]);
    expect(stderr).not.toContain('warning');
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
    const json = JSON.parse((await expectSlsctl(['list', '--all-regions', '-o', 'json'], { env })).stdout);
    expect(json.regions).not.toContain('ap-south-1');
    expect(json.refused).toContainEqual({ region: 'ap-south-1', reason: expect.any(String) });
  });

  it('--all-regions fails when every region refuses', async () => {
    const proxy = await interposed(aws.endpoint, async () => denied);
    onTestFinished(() => proxy.close());
    const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    const { code, stdout, stderr } = await slsctl(['list', '--all-regions'], { env });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
  });

  it('--all-regions is explained with the region of each call', async () => {
    const { stderr } = await expectSlsctl(['list', '--all-regions', '--explain'], { env: aws.env });
    expect(stderr).toMatch(/aws lambda list-layers --region eu-central-1 /);
    expect(stderr).toMatch(/aws resourcegroupstaggingapi get-resources .*--region sa-east-1 /);
  });

  it('--all-regions and --orphans exclude each other', async () => {
    const proxy = await startProxy({ target: aws.endpoint });
    onTestFinished(() => proxy.close());
    const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    expect(await slsctl(['list', '--all-regions', '--orphans'], { env })).toMatchObject({ code: 2 });
    expect(proxy.take()).toEqual([]);
  });
});
