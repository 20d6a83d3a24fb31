// The nine steps of a first Lambda function.
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lesson, type Site, slsctl } from './lesson.ts';

const python = { name: 'hello-python', source: 'lambda_function.py' };
const node = { name: 'hello-node', source: 'index.mjs' };

export function firstFunction(): Lesson {
  const template = hasPython() ? python : node;
  const greetAgain = async ({ project }: Site) => {
    const file = join(project, template.source);
    await writeFile(file, (await readFile(file, 'utf8')).replace('Hello, ', 'Hello again, '));
  };
  return {
    title: ['Your first Lambda function', 'in nine steps'],
    notes:
      template === node
        ? ['There is no Python on this machine, so the function is the Node.js one; it does the same.']
        : [],
    steps: [
      {
        title: 'Create the function code',
        commands: [
          slsctl(['init', '.', '--template', template.name], {
            replaces: [`(write ${template.source} in an editor)`],
          }),
        ],
      },
      {
        title: 'Zip the code',
        commands: [slsctl(['package'], { replaces: [`zip function.zip ${template.source}`] })],
      },
      { title: 'Create an IAM role for Lambda', commands: [slsctl(['role', 'create'])] },
      { title: 'Create the function', commands: [slsctl(['deploy'])] },
      { title: 'Invoke the function', commands: [slsctl(['invoke', '--payload', '{"name": "Sam"}'])] },
      {
        title: 'Update the function code',
        commands: [slsctl(['deploy', '--code-only'], { before: greetAgain })],
      },
      {
        title: 'Add environment variables',
        commands: [slsctl(['env', 'set', 'TABLE_NAME=my-users', 'STAGE=dev'])],
      },
      { title: 'Check the logs', commands: [slsctl(['logs', '--since', '5m'])] },
      { title: 'Clean up', commands: [slsctl(['destroy', '--yes'])] },
    ],
    closing: 'nine steps; the receipt above says that nothing remains.',
    next: 'Your own: slsctl init hello && cd hello && slsctl deploy --local',
    makes: 3,
    destroy: ['destroy', '--yes'],
  };
}

/** Starts Python to be sure: on Windows the name `python` may only open the Microsoft Store. */
export function hasPython(): boolean {
  return ['python3', 'python', 'py'].some(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}
