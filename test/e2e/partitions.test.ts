// The same project in other partitions of AWS, where ARNs begin differently.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startInProcess } from '../local/in-process.ts';
import { expectSlsctl } from '../support/in-process.ts';
import { everything, type LocalAws } from '../support/local.ts';
import { folderWith } from '../support/project.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startInProcess();
});
afterAll(() => aws?.stop());

it.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
])('a function in %s has ARNs of the partition %s in all its resources', async (region, partition) => {
  const cwd = await folderWith();
  const env = { SLSCTL_HOME: aws.home, SLSCTL_LOCAL: '1', AWS_REGION: region };
  const json = async (...args: string[]) =>
    JSON.parse((await expectSlsctl([...args, '--output', 'json'], { cwd, env })).stdout);
  await expectSlsctl(['init', '.'], { cwd, env });
  const [made] = (await json('deploy')).functions;
  expect(made.arn).toBe(`arn:${partition}:lambda:${region}:000000000000:function:my-first-function`);
  expect(made.role).toMatch(new RegExp(`^arn:${partition}:iam::000000000000:role/`));
  const role = await json('role', 'show');
  expect(JSON.stringify(role)).toContain(
    `arn:${partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`,
  );
  expect(JSON.stringify(role)).not.toContain('arn:aws:');
  await expectSlsctl(['plan', '--exit-code'], { cwd, env });
  const { stdout } = await expectSlsctl(['invoke', '--payload', '{"name": "Sam"}'], { cwd, env });
  expect(stdout).toContain('Hello, Sam!');
  await expectSlsctl(['destroy', '--yes'], { cwd, env });
  expect(await everything({ ...aws.env, AWS_REGION: region })).toEqual([]);
});
