// The summary of a deployment, as people read it.
import { describe, expect, it } from 'vitest';
import { deployedText } from '../../src/present/deployment.ts';

const same = (text: string) => text;
const style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
const deployed = { target: { account: 'local', region: 'us-east-1' }, seconds: 1 };

function fn(name: string): Parameters<typeof deployedText>[0][number] {
  return {
    name,
    runtime: 'python3.12',
    memorySize: 256,
    timeout: 3,
    codeSize: 100,
    codeSha256: undefined,
    role: 'arn:aws:iam::000000000000:role/of-it',
    logGroup: `/aws/lambda/${name}`,
    logRetentionInDays: 14,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    aliases: [],
    url: undefined,
    routes: [],
  };
}

const bucket = {
  kind: 'bucket',
  key: 'uploads',
  name: 'up-uploads',
  arn: '',
  region: 'us-east-1',
  url: undefined,
} as const;

/** Where the values begin in each line that has a label. */
const starts = (text: string) =>
  new Set(text.split('\n').flatMap((line) => /^[\w ]{2,}? {2,}(?=\S)/.exec(line)?.[0].length ?? []));

describe('the summary of a deployment', () => {
  it.each([
    ['one function', ['work']],
    ['several functions', ['work', 'second']],
  ])('has its labels in one column: %s', (_, names) => {
    const text = deployedText(names.map(fn), [bucket], deployed, style);
    expect(text).toMatch(/^bucket {5}up-uploads$/m);
    expect(starts(text).size).toBe(1);
    expect(text.match(/^target/gm)).toHaveLength(1);
    expect(text.match(/^duration/gm)).toHaveLength(1);
    expect(text).toMatch(/duration {3}1.0 s$/);
  });

  it('has tables for many functions and their things, and the sum below them', () => {
    const names = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'];
    const lines = deployedText(names.map(fn), [bucket], deployed, style).split('\n');
    expect(lines.slice(-3)).toEqual([
      'KIND    NAME',
      'bucket  up-uploads',
      '6 functions, 1.0 s, in the local AWS, us-east-1',
    ]);
  });
});
