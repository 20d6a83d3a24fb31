// The JSON Schema for editors agrees with the schema that checks slsctl.yml.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../src/config/schema/json-schema.ts';
import { schemaComment } from '../../src/config/schema-file.ts';
import { settingsAround } from '../support/fields/round-trip.ts';
import { samples } from '../support/fields/samples.ts';
import { fieldsFor, thereOf } from '../support/fields/suite.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const there = thereOf('123456789012');
const fields = fieldsFor(there, {});
let validate: ValidateFunction;

beforeAll(() => {
  // `strict` complains of keywords that do nothing where they stand; descriptions beside references are meant.
  validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(jsonSchema());
});

/** What is wrong, a line each. */
function problems(content: unknown): string[] {
  validate(content);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Node {
  description?: string;
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, Node>;
  anyOf?: Node[];
  items?: Node;
  additionalProperties?: Node | false;
  definitions?: Record<string, Node>;
}

/** Every property below a schema, with its path. */
function propertiesOf(node: Node, path = ''): { path: string; node: Node }[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, below]) => {
    const at = path ? `${path}.${key}` : key;
    return [{ path: at, node: below }, ...propertiesOf(below, at)];
  });
  const inside = [
    ...(node.anyOf ?? []),
    ...(node.items ? [node.items] : []),
    ...(node.additionalProperties ? [node.additionalProperties] : []),
  ].flatMap((below) => propertiesOf(below, `${path}[]`));
  const definitions = Object.entries(node.definitions ?? {}).flatMap(([name, below]) =>
    propertiesOf(below, name),
  );
  return [...own, ...inside, ...definitions];
}

const file = (settings: object) => ({ project: 'hello', functions: { hello: settings } });

describe('the JSON Schema of slsctl.yml', () => {
  it('accepts the templates, and they name it', async () => {
    for (const template of ['hello-python', 'hello-node', 'hello-typescript']) {
      const text = await readFile(join(root, 'templates', template, 'slsctl.yml'), 'utf8');
      expect(text.split('\n')[0]).toBe(`# ${schemaComment}`);
      const filled = text.replaceAll('{{project}}', 'hello').replaceAll('{{function}}', 'my-first-function');
      expect(problems(parse(filled))).toEqual([]);
    }
  });

  it('accepts the examples of README and docs', async () => {
    const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
    const files = ['README.md', ...pages.map((name) => join('docs', name))];
    const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')));
    const examples = texts.flatMap((text) =>
      [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => parse(yaml ?? '')),
    );
    const whole = examples.filter((example) => example?.project && example.functions);
    expect(whole.length).toBeGreaterThan(0);
    for (const example of whole) expect(problems(example)).toEqual([]);
  });

  it.each(fields.map(({ name }) => name))('accepts the allowed values of %s', (name) => {
    const field = fields.find((one) => one.name === name) as (typeof fields)[number];
    const { withField } = settingsAround(field, samples(there));
    for (const value of [...field.values, ...(field.nullable ? [null] : [])]) {
      expect(problems(file(withField(value)))).toEqual([]);
    }
  });

  it('describes each field, at every depth, in a sentence', () => {
    const properties = propertiesOf(jsonSchema());
    expect(properties.length).toBeGreaterThan(150);
    const silent = properties.filter(({ node }) => !/^[^a-z].*\.$/s.test(node.description ?? ''));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('has a valid example of each field of a function', () => {
    const { definitions } = jsonSchema() as { definitions: { function: Node } };
    const fields = Object.entries(definitions.function.properties ?? {});
    expect(fields.length).toBeGreaterThan(30);
    for (const [name, { examples = [], default: own }] of fields) {
      expect(examples.length, name).toBeGreaterThan(0);
      for (const value of [...examples, ...(own === undefined ? [] : [own])]) {
        expect(problems(file({ [name]: value })), `${name}: ${JSON.stringify(value)}`).toEqual([]);
      }
    }
  });

  it('refuses the same values as the check of slsctl.yml', () => {
    const refused = [
      { memorysize: 512 },
      { memorySize: 64 },
      { memorySize: 'lots' },
      { runtime: 'python4.2' },
      { url: { authType: 'OPEN' } },
      { url: {} },
      { role: 'worker' },
      { layers: ['a', 'b', 'c', 'd', 'e', 'f'] },
      { environment: { KEY: ['list'] } },
      { eventInvokeConfig: { maximumRetryAttempts: 3 } },
    ];
    for (const settings of refused)
      expect(problems(file(settings)), JSON.stringify(settings)).not.toEqual([]);
    expect(problems({ functions: {} })).toContain(" must have required property 'project'");
  });

  it('accepts references in fields whose text is checked', () => {
    const settings = `{ runtime: "\${env:RUNTIME}", role: "arn:aws:iam::\${account}:role/worker" }`;
    expect(problems(file(parse(settings)))).toEqual([]);
  });
});
