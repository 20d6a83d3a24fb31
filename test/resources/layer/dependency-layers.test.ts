// Recognizes dependency layers by their names.
import { describe, expect, it } from 'vitest';
import { dependencyLayer, isDependencyLayer } from '../../../src/resources/layer/dependency-layers.ts';
import { layerName } from '../../../src/resources/names.ts';

const sha256 = Buffer.from('0123456789abcdef'.repeat(4), 'hex').toString('base64');
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:7`;

describe('a dependency layer', () => {
  const { key } = dependencyLayer('/folder', sha256);

  it.each([
    ['p', undefined],
    ['p', 'prod'],
    ['a-project-of-thirty-characters', 'a-stage-that-makes-it-too-long'],
    ['a-project-whose-name-is-so-long-that-the-hash-goes', undefined],
    ['a-project-whose-name-is-so-long-that-nothing-of-what-follows-is', 'prod'],
  ])('of project %s, stage %s is recognized by its name', (project, stage) => {
    expect(isDependencyLayer(arnOf(layerName(project, key, stage)), { project, stage })).toBe(true);
    for (const other of ['libs', 'dependency', 'dependencies']) {
      if (project.length < 50)
        expect(isDependencyLayer(arnOf(layerName(project, other, stage)), { project, stage })).toBe(false);
    }
    expect(isDependencyLayer(arnOf(layerName(`other-${project}`, key, stage)), { project, stage })).toBe(
      false,
    );
  });

  it('of another stage is not recognized', () => {
    const arn = arnOf(layerName('p', key, 'prod'));
    expect(isDependencyLayer(arn, { project: 'p' })).toBe(false);
    expect(isDependencyLayer(arn, { project: 'p', stage: 'dev' })).toBe(false);
  });
});
