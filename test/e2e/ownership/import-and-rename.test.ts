// An imported function stays with its project, and nothing that is renamed is removed by accident.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editProject, folderWith } from '../../support/project.ts';
import { projectFolder, startWorld, type World } from './world.ts';

describe('importing and renaming', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  it.each(['a stage', 'no stage'])(
    'a function of another project (%s) is imported as a project of its own, which removes nothing',
    async (kind) => {
      const stage = kind === 'a stage' ? 'prod' : undefined;
      const [team, a, b] = ['team', 'a', 'b'].map(world.name) as [string, string, string];
      const more = stage ? { stages: { prod: {} }, defaultStage: 'prod' } : {};
      const fields = {
        tracingConfig: { mode: 'Active' },
        policies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
      };
      const owner = await projectFolder(team, { [a]: fields, [b]: {} }, more);
      await world.on(owner, ['deploy']);
      const before = await world.names();
      const name = stage ? `${a}-${stage}` : a;
      const whole = stage ? `${team}/${stage}` : team;
      const belongs = `${name} belongs to ${stage ? 'stage prod of ' : ''}project ${team}, deployed from`;

      // The folder is called as the project.
      const parent = await folderWith();
      const said = await world.on(parent, ['init', team, '--from-function', name]);
      expect(said.stderr).toContain(belongs);
      expect(said.stderr).toContain(`slsctl deploy --adopt-from ${whole}`);
      const copy = join(parent, team);
      const text = await readFile(join(copy, 'slsctl.yml'), 'utf8');
      expect(text).toContain(`# ${belongs}`);
      expect(text).toContain(`--adopt-from ${whole}`);
      const config = parse(text);
      expect(config.project).toBe(`${team}-imported`);
      expect(Object.keys(config.functions)).toEqual([name]);
      expect(config.functions[name].role).toMatch(new RegExp(`:role/slsctl/${team}/${name}-us-east-1$`));

      await world.on(copy, ['plan', '--exit-code']);
      for (const args of [
        ['deploy', '--yes'],
        ['destroy', '--yes'],
        ['destroy', '--orphans', '--yes'],
      ]) {
        await world.on(copy, args);
        expect(await world.names()).toEqual(before);
      }
      await editProject(copy, [[['functions', name, 'memorySize'], 1024]]);
      for (const args of [['deploy'], ['deploy', '--yes', '--adopt']]) {
        const { stderr } = await world.on(copy, args, 1);
        expect(stderr).toContain(`--adopt-from ${whole}`);
      }
      await world.on(copy, ['deploy', '--adopt-from', whole]);
      expect(await world.names()).toEqual(before);
      await world.on(copy, ['plan', '--exit-code']);
      await world.on(copy, ['destroy', '--yes']);
      await world.on(owner, ['destroy', '--yes']);
      expect((await world.names()).filter((one) => one.includes(a) || one.includes(b))).toEqual([]);
    },
  );

  it('a project that is renamed stops at its own functions, and takes them over by the old name', async () => {
    const [team, f] = ['team', 'f'].map(world.name) as [string, string];
    const layers = { layers: { shared: { path: 'layer' } } };
    const folder = await projectFolder(team, [f], layers, { 'layer/one.js': '1' });
    await world.on(folder, ['deploy']);
    const before = await world.names();
    await editProject(folder, [[['project'], `${team}new`]]);
    const { stderr } = await world.on(folder, ['deploy', '--yes', '--adopt'], 1);
    expect(stderr).toContain(`it belongs to project ${team}, deployed from this slsctl.yml`);
    await world.on(folder, ['destroy', '--yes']);
    expect(await world.names()).toEqual(before);
    await world.on(folder, ['deploy', '--adopt-from', team]);
    await world.on(folder, ['plan', '--exit-code']);
    await world.refused(folder, ['destroy', '--orphans', '--project', team, '--yes']);
    await world.on(folder, ['destroy', '--orphans', '--project', team, '--confirm', team]);
    expect(await world.names()).toEqual(before);
    await world.on(folder, ['destroy', '--yes']);
    expect((await world.names()).filter((one) => one.includes(f))).toEqual([]);
  });

  it('a function that is renamed is created before the old one is removed, in an ordinary deployment', async () => {
    const [team, f, g] = ['team', 'f', 'g'].map(world.name) as [string, string, string];
    const folder = await projectFolder(team, [f]);
    await world.on(folder, ['deploy']);
    const { functions } = parse(await readFile(join(folder, 'slsctl.yml'), 'utf8'));
    await editProject(folder, [[['functions'], { [g]: functions[f] }]]);
    const { stderr } = await world.on(folder, ['deploy', '--yes']);
    expect(stderr.indexOf(`create function ${g}`)).toBeGreaterThanOrEqual(0);
    expect(stderr.indexOf(`create function ${g}`)).toBeLessThan(stderr.indexOf(`remove function ${f}`));
    await world.on(folder, ['destroy', '--yes']);
  });

  it('a stage that is renamed leaves the old one, which takes its name to remove', async () => {
    const [team, f] = ['team', 'f'].map(world.name) as [string, string];
    const folder = await projectFolder(team, [f], { stages: { prod: {} } });
    await world.on(folder, ['deploy', '--stage', 'prod']);
    await editProject(folder, [[['stages'], { production: {} }]]);
    await world.on(folder, ['deploy', '--stage', 'production', '--yes']);
    await world.on(folder, ['destroy', '--stage', 'production', '--yes']);
    expect(await world.names()).toContain(`function ${f}-prod`);
    await world.refused(folder, ['destroy', '--stage', 'prod', '--yes']);
    expect(await world.refused(folder, ['destroy', '--orphans', '--yes'])).toContain(
      `--confirm ${team}/prod`,
    );
    await world.on(folder, ['destroy', '--orphans', '--confirm', `${team}/prod`]);
    expect((await world.names()).filter((one) => one.includes(f))).toEqual([]);
  });
});
