// Two folders whose slsctl.yml has the same project: neither removes what the other one created by accident.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editProject } from '../../support/project.ts';
import { cloneOf, projectFolder, startWorld, type World } from './world.ts';

describe('two folders with the same project', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  it('a deployment that would remove the functions of the other folder is refused, whatever --yes says', async () => {
    const [team, a, b] = [world.name('team'), world.name('a'), world.name('b')];
    const first = await projectFolder(team, [a]);
    const second = await projectFolder(team, [b]);
    await world.on(first, ['deploy']);
    const planned = await world.on(second, ['plan']);
    expect(planned.stdout).toContain(`deployed from`);
    expect(planned.stdout).toContain(`${first}/slsctl.yml`);
    expect(planned.stderr).toContain(`--confirm ${team}`);

    for (const args of [['deploy'], ['deploy', '--yes']]) {
      const stderr = await world.refused(second, args);
      expect(stderr).toContain('were not deployed from this slsctl.yml; nothing was changed');
      expect(stderr).toContain(`${first}/slsctl.yml:`);
      for (const one of [`function ${a}`, `role ${a}-us-east-1`, `log group /aws/lambda/${a}`]) {
        expect(stderr).toContain(one);
      }
      expect(stderr).toContain(`--confirm ${team}`);
    }
    for (const wrong of [`${team}x`, `${team}/dev`, a, '']) {
      expect(await world.refused(second, ['deploy', '--yes', '--confirm', wrong])).toContain(
        `allowed: ${team}`,
      );
    }
    const { stdout } = await world.on(second, ['plan', '-o', 'json']);
    const removed = JSON.parse(stdout).changes.find(({ name }: { name: string }) => name === a);
    expect(removed.deployedFrom).toContain(`${first}/slsctl.yml`);

    await world.on(second, ['deploy', '--confirm', team]);
    const names = await world.names();
    expect(names.filter((name) => name.endsWith(a))).toEqual([]);
    expect(names).toContain(`function ${b}`);
    await world.on(second, ['destroy', '--yes']);
  });

  it('the name is typed on a terminal, with its stage, and nothing else removes anything', async () => {
    const [team, a, b] = [world.name('team'), world.name('a'), world.name('b')];
    const first = await projectFolder(team, [a], { stages: { prod: {} } });
    const second = await projectFolder(team, [b], { stages: { prod: {} } });
    await world.on(first, ['deploy', '--stage', 'prod']);
    for (const command of ['deploy', 'destroy']) {
      for (const typed of ['y', team, 'prod', '', `${team}/dev`]) {
        const terminal = await world.terminal(second, [command, '--stage', 'prod', '--yes']);
        await terminal.saw(`Type ${team}/prod to remove them:`);
        expect(terminal.text).toContain(`${first}/slsctl.yml`);
        terminal.type(`${typed}\r`);
        expect(await terminal.done).toBe(1);
        expect(await world.names()).toContain(`function ${a}-prod`);
      }
    }
    const terminal = await world.terminal(second, ['deploy', '--stage', 'prod']);
    await terminal.saw(`Type ${team}/prod to remove them:`);
    terminal.type(`${team}/prod\r`);
    expect(await terminal.done).toBe(0);
    expect(terminal.text).not.toContain('[y/N]');
    expect((await world.names()).filter((name) => name.includes(a))).toEqual([]);
    await world.on(second, ['destroy', '--stage', 'prod', '--yes']);
  });

  it('destroy removes what this folder created, and asks for what the other one did', async () => {
    const [team, a, b] = [world.name('team'), world.name('a'), world.name('b')];
    const first = await projectFolder(team, [a]);
    const second = await projectFolder(team, [b]);
    await world.on(second, ['deploy']);
    await world.on(first, ['deploy', a]);
    const stderr = await world.refused(second, ['destroy', '--yes']);
    expect(stderr).toContain(`function ${a}`);
    expect(stderr).not.toContain(`function ${b}`);
    await world.refused(second, ['destroy', '--yes', '--confirm', `${team}/prod`]);
    await world.on(second, ['destroy', '--confirm', team]);
    expect((await world.names()).filter((name) => name.includes(a) || name.includes(b))).toEqual([]);
  });

  it('what both declare is asked about, too, and so are replacing it and deleting its parts', async () => {
    const [team, f] = [world.name('team'), world.name('f')];
    const follower = { [f]: { aliases: { live: {} }, reservedConcurrentExecutions: 5 } };
    const first = await projectFolder(
      team,
      follower,
      { layers: { shared: { path: 'layer' } } },
      { 'layer/one.js': '1' },
    );
    const second = await projectFolder(
      team,
      follower,
      { layers: { shared: { path: 'layer' } } },
      { 'layer/one.js': '2' },
    );
    await world.on(first, ['deploy']);
    await world.on(first, ['versions', '--publish']);
    await writeFile(join(first, 'index.mjs'), 'export const handler = async () => 2;\n');
    await world.on(first, ['deploy']);
    await world.on(second, ['layer', 'publish']);
    await writeFile(join(second, 'layer/one.js'), '3');

    const asked = [
      ['destroy'],
      ['role', 'delete'],
      ['alias', 'delete', 'live'],
      ['concurrency', 'set', '--reserved', 'none'],
      ['layer', 'prune'],
      ['layer', 'publish', '--prune'],
    ];
    await world.on(first, ['deploy', '--yes']);
    for (const args of asked.filter(([command]) => command !== 'role')) {
      expect(await world.refused(second, [...args, '--yes']), args.join(' ')).toContain(`--confirm ${team}`);
      expect(await world.refused(second, [...args, '--yes', '--confirm', 'else'])).toContain(
        `allowed: ${team}`,
      );
    }
    await editProject(second, [[['functions', f, 'aliases'], undefined]]);
    expect(await world.refused(second, ['deploy', '--yes'])).toContain(`alias ${f}:live`);

    await world.on(second, ['concurrency', 'set', '--reserved', 'none', '--confirm', team]);
    await world.on(second, ['alias', 'delete', 'live', '--confirm', team]);
    await writeFile(join(first, 'index.mjs'), 'export const handler = async () => 3;\n');
    await editProject(first, [[['functions', f, 'aliases'], undefined]]);
    await world.on(first, ['deploy', '--yes']);
    await world.on(first, ['versions', '--publish']);
    expect(await world.refused(second, ['versions', '--prune', '1', '--yes'])).toContain(`of function ${f}`);
    await world.on(second, ['versions', '--prune', '1', '--confirm', team]);
    await world.on(second, ['layer', 'prune', '--confirm', team]);
    await world.clients.lambda.send(
      new (await import('@aws-sdk/client-lambda')).DeleteFunctionCommand({ FunctionName: f }),
    );
    expect(await world.refused(second, ['role', 'delete', '--yes'])).toContain(`role ${f}-us-east-1`);
    await world.on(second, ['role', 'delete', '--confirm', team]);
    await world.on(second, ['destroy', '--confirm', team]);
  });

  it('a function of one’s own file is removed without it, in every clone of the repository', async () => {
    const [team, a, b] = [world.name('team'), world.name('a'), world.name('b')];
    const url = 'git@github.com:acme/team.git';
    const laptop = await projectFolder(team, [a, b], {}, cloneOf(url));
    const ci = await projectFolder(team, [b], {}, cloneOf('https://token@github.com/acme/team'));
    await world.on(laptop, ['deploy']);
    await world.on(ci, ['deploy', '--yes']);
    expect((await world.names()).filter((name) => name.includes(a))).toEqual([]);
    await world.on(laptop, ['destroy', '--yes']);
    expect((await world.names()).filter((name) => name.includes(b))).toEqual([]);
  });

  it('another repository, another file of the same one, and a folder that was moved are other folders', async () => {
    const url = 'https://github.com/acme/team';
    const others: [files: Record<string, string>, config?: string][] = [
      [cloneOf('https://github.com/acme/other')],
      [cloneOf('https://git.example/acme/team')],
      [cloneOf(url), 'other.yml'],
      [{}],
    ];
    for (const [files, config] of others) {
      const [team, a, b] = [world.name('team'), world.name('a'), world.name('b')];
      const first = await projectFolder(team, [a], {}, cloneOf(url));
      const second = await projectFolder(team, [b], {}, files);
      await world.on(first, ['deploy']);
      if (config) {
        const { rename } = await import('node:fs/promises');
        await rename(join(second, 'slsctl.yml'), join(second, config));
      }
      const at = config ? ['-c', config] : [];
      expect(await world.refused(second, ['deploy', '--yes', ...at])).toContain(
        'deployed from github.com/acme/team/slsctl.yml',
      );
      await world.on(first, ['destroy', '--yes']);
    }
  });

  it('what names no slsctl.yml is asked about when it is not declared, and is ordinary when it is', async () => {
    const { TagResourceCommand, UntagResourceCommand, GetFunctionCommand } = await import(
      '@aws-sdk/client-lambda'
    );
    const [team, a, b] = [world.name('team'), world.name('a'), world.name('b')];
    const folder = await projectFolder(team, [a, b]);
    await world.on(folder, ['deploy']);
    for (const FunctionName of [a, b]) {
      const { lambda } = world.clients;
      const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
      const Resource = Configuration?.FunctionArn;
      await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['slsctl:config'] }));
      await lambda.send(new TagResourceCommand({ Resource, Tags: { mine: '1' } }));
    }
    await editProject(folder, [[['functions', b], undefined]]);
    const stderr = await world.refused(folder, ['deploy', '--yes']);
    expect(stderr).toContain('without a mark of the slsctl.yml that created them');
    expect(stderr).toMatch(new RegExp(`function ${b}$`, 'm'));
    expect(stderr).not.toContain(`role ${b}`);
    await world.on(folder, ['deploy', '--confirm', team]);
    // A tag is written where there was none; the mark goes along.
    await editProject(folder, [[['functions', a, 'tags'], { team: 'blue' }]]);
    await world.on(folder, ['deploy']);
    const { Tags } = await world.clients.lambda.send(new GetFunctionCommand({ FunctionName: a }));
    expect(Tags?.['slsctl:config']).toContain(`${folder}/slsctl.yml`);
    await world.on(folder, ['destroy', '--yes']);
    await rm(folder, { recursive: true });
  });
});
