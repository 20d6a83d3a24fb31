// References in slsctl.yml: the value that counts, and values that are never shown.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProject } from '../../src/config/load.ts';
import { valuesOf } from '../../src/config/references.ts';

const file = join('/project', 'slsctl.yml');
const layer = `arn:aws:lambda:\${region}:123456789012:layer:tools:1`;
const written = (top: string) => `project: hello
${top}
functions:
  hello: { runtime: python3.12, handler: a.b, layers: ["${layer}"] }
stages:
  prod: { region: eu-north-1 }
  dev: {}
`;

async function regionOf(top: string, options: { region?: string; stage?: string; env?: NodeJS.ProcessEnv }) {
  const load = (values?: ReadonlyMap<string, string>) =>
    loadProject({ cwd: '/project', env: {}, ...options, file, source: written(top), values });
  const asked = {
    region: 'from-the-profile-1',
    identity: () => Promise.reject(new Error('nobody asked')),
    parameters: () => Promise.reject(new Error('nobody asked')),
    secret: () => Promise.reject(new Error('nobody asked')),
  };
  const project = await load(await valuesOf(await load(), asked, new Map()));
  expect(project.references).toEqual([]);
  return project.functions[0]?.settings.Layers?.[0]?.split(':')[3];
}

it.each([
  ['--region first', 'region: eu-west-1', { region: 'ap-south-1', stage: 'prod' }, 'ap-south-1'],
  [
    'then the region of the stage',
    'region: eu-west-1',
    { stage: 'prod', env: { AWS_REGION: 'us-east-2' } },
    'eu-north-1',
  ],
  [
    'then the region of slsctl.yml',
    'region: eu-west-1',
    { stage: 'dev', env: { AWS_REGION: 'us-east-2' } },
    'eu-west-1',
  ],
  [
    'a variable in the region of slsctl.yml',
    `region: "\${env:HOME_REGION}"`,
    { env: { HOME_REGION: 'sa-east-1' } },
    'sa-east-1',
  ],
  ['then AWS_REGION', '', { env: { AWS_REGION: 'us-east-2', AWS_DEFAULT_REGION: 'us-west-1' } }, 'us-east-2'],
  ['then AWS_DEFAULT_REGION', '', { env: { AWS_DEFAULT_REGION: 'us-west-1' } }, 'us-west-1'],
  ['last, the region of the profile', '', {}, 'from-the-profile-1'],
])('a region reference has the same value as the clients’ region: %s', async (_, top, options, region) => {
  expect(await regionOf(top, options)).toBe(region);
});

it.each([
  ['environment is a list', 'environment: ["PASSWORD=hunter2"]', 'is a list'],
  ['environment is a text', 'environment: "PASSWORD=hunter2"', 'is ***'],
  ['environment has a nested map', 'environment: { PASSWORD: { value: hunter2 } }', 'is ***'],
  ['environment has a reserved name', 'environment: { AWS_REGION: hunter2 }', 'reserves'],
  ['the field name is misspelt', 'environments: { PASSWORD: hunter2 }', 'did you mean environment?'],
])('an error message shows no value of a variable: %s', async (_, field, said) => {
  const source = `project: hello\nfunctions:\n  hello: { runtime: python3.12, handler: a.b, ${field} }\n`;
  const problem = await loadProject({ cwd: '/project', env: {}, file, source }).catch((error) => error);
  expect(problem.message).toContain(said);
  expect(problem.message).not.toContain('hunter2');
});
