// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// References in slsctl.yml: the value that counts, and values that are never shown.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/config/load.ts';
import { valuesOf } from '../../src/config/references.ts';
import { asText } from '../../src/config/text/template.ts';

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
    loadProject({ cwd: '/project', env: {}, stage: 'dev', ...options, file, source: written(top), values });
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

describe('references in a text', () => {
  const text = (written: string) =>
    `project: hello\nfunctions:\n  hello: { runtime: python3.12, handler: a.b, environment: { KEY: ${JSON.stringify(written)} } }\nstages: { dev: {} }\n`;

  /** Parameters and secrets answer with their own name. */
  async function valueIn(
    written: string,
    { env = {}, stage = 'dev' }: { env?: NodeJS.ProcessEnv; stage?: string } = {},
  ) {
    const source = text(written);
    const asked: string[] = [];
    const sources = {
      region: 'eu-north-1',
      identity: async () => ({ account: '123456789012' }),
      parameters: async (names: readonly string[]) => {
        asked.push(...names);
        return new Map(names.map((name) => [name, { value: `<${name}>`, secure: true }]));
      },
      secret: async (name: string) => {
        asked.push(name);
        return `<${name}>`;
      },
    };
    const values = new Map<string, string>();
    const load = () => loadProject({ cwd: '/project', env, file, stage, source, values });
    let project = await load();
    while (project.references.length > 0) {
      for (const [key, value] of await valuesOf(project, sources, new Map())) values.set(key, value);
      project = await load();
    }
    return { value: project.functions[0]?.settings.Environment?.Variables?.KEY, asked };
  }

  it.each([
    ['${ssm:/team/${stage}/token}', '</team/dev/token>', ['/team/dev/token']],
    ['${secret:x-${stage}#key}', '<x-dev#key>', ['x-dev#key']],
    ['${ssm:/${env:TEAM}/x} and ${env:TEAM}', '</blue/x> and blue', ['/blue/x']],
    ['${ssm:/${account}/${region}/x}', '</123456789012/eu-north-1/x>', ['/123456789012/eu-north-1/x']],
    ['${env:${env:WHICH}_TOKEN}', 'inner', []],
    ['${env:NONE, a ${stage} b}', 'a dev b', []],
    ['${env:NONE, ${secret:own}}', '<own>', ['own']],
    ['${env:TEAM, ${secret:own}}', 'blue', []],
    ['${env:NONE,}', '', []],
    ['$${ssm:/team/${stage}/token}', '${ssm:/team/dev/token}', []],
    ['a $${ b } c $${name}', 'a ${ b } c ${name}', []],
    ['$$${stage} $ { } $x', '$${stage} $ { } $x', []],
  ])('%s is %s', async (written, value, asked) => {
    const env = { TEAM: 'blue', WHICH: 'BLUE', BLUE_TOKEN: 'inner' };
    expect(await valueIn(written, { env })).toEqual({ value, asked });
  });

  it('come back as the very text when they are escaped, for any text', async () => {
    const piece = fc.oneof(fc.constantFrom('$', '{', '}', '${', '$${', '${stage}', '${ssm:/x}'), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const wanted = pieces.join('');
        expect(await valueIn(asText(wanted))).toEqual({ value: wanted, asked: [] });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['Hello ${name}', '${name} is not known; allowed: ${stage}, '],
    ['Hello ${name}', '; $${name} keeps it as text'],
    ['Hello ${ name', 'functions.hello.environment.KEY: has ${ without }; $${ keeps it as text'],
    ['${ssm:/team/${stage/token}', 'has ${ without }'],
    ['${ssm:/${secret:x}/y}', '${secret:x} cannot be a part of another reference; allowed there: ${stage}, '],
    ['${ssm:/${env:NONE}/y}', '${env:NONE} has no value: NONE is not set in this shell'],
    [
      '${ssm:/${env:BAD}/y}',
      '${ssm:/${env:BAD}/y} is not a reference with its inner parts replaced; allowed: ',
    ],
  ])('%s is refused with its line: %s', async (written, said) => {
    const problem = await valueIn(written, { env: { BAD: 'a b' } }).catch((error: Error) => error);
    expect((problem as Error).message).toMatch(/^slsctl\.yml:3:\d+: functions\.hello\.environment\.KEY: /);
    expect((problem as Error).message).toContain(said);
  });
});
