// The regions of `list --all-regions` are those that the SDK knows.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { partition } from '@aws-sdk/core/client';
import { expect, it } from 'vitest';
import { regionsWith } from '../../src/aws/regions.ts';

const partitionOf = (region: string) => partition(region).name;

it('every region in the endpoint rules of the SDK is in the list of its partition', async () => {
  const source = await readFile(createRequire(import.meta.url).resolve('@aws-sdk/core/client'), 'utf8');
  const rules = source.slice(
    source.indexOf('const partitionsInfo'),
    source.indexOf('selectedPartitionsInfo'),
  );
  const known = [...rules.matchAll(/^\s+"?([a-z]+(?:-[a-z]+)+-\d)"?: \{/gm)].map(([, name = '']) => name);
  expect(known.length).toBeGreaterThan(40);
  const listed = [
    'us-east-1',
    'cn-north-1',
    'eusc-de-east-1',
    'us-gov-west-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
  ];
  expect(listed.flatMap((region) => regionsWith(region, partitionOf)).sort()).toEqual(known.sort());
});

it('a region that is not in the list stands beside those of its partition', () => {
  expect(regionsWith('eu-central-9', partitionOf)).toEqual([
    ...regionsWith('us-east-1', partitionOf),
    'eu-central-9',
  ]);
  expect(regionsWith('cn-north-1', partitionOf)).toEqual(['cn-north-1', 'cn-northwest-1']);
});
