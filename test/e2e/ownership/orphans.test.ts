// `--orphans`: those of this project, with a word for other stages and folders; other projects apart.
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editProject, folderWith } from '../../support/project.ts';
import { projectFolder, startWorld, type World } from './world.ts';

interface Listed {
  project: string;
  stage?: string;
  kind: string;
  name: string;
  why: string;
  config?: string;
}

describe('orphans', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  async function listed(folder: string, ...args: string[]): Promise<{ orphans: Listed[]; others: Listed[] }> {
    return JSON.parse((await world.on(folder, ['list', '--orphans', '-o', 'json', ...args])).stdout);
  }
  const functionsIn = async (...words: string[]) =>
    (await world.names()).filter(
      (name) => /^function/.test(name) && words.some((word) => name.includes(word)),
    );

  it('of this project are listed with a reason, and those of other projects apart without a command', async () => {
    const [shop, club, cart, mail, door] = ['shop', 'club', 'cart', 'mail', 'door'].map(world.name) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const stages = { dev: {}, old: {} };
    const folder = await projectFolder(shop, [cart, mail], { stages });
    const other = await projectFolder(club, [door]);
    for (const stage of ['old', 'dev']) await world.on(folder, ['deploy', '--stage', stage]);
    await world.on(other, ['deploy']);
    await editProject(folder, [
      [['stages', 'old'], undefined],
      [['functions', mail], undefined],
    ]);
    const { orphans, others } = await listed(folder, '--stage', 'dev');
    const why = (list: Listed[], name: string) =>
      list.find((one) => one.kind === 'function' && one.name === name)?.why;
    expect(why(orphans, `${mail}-dev`)).toBe('not in slsctl.yml');
    expect(why(orphans, `${cart}-old`)).toBe('slsctl.yml has no stage old');
    expect(orphans.filter(({ name }) => name.includes(`${cart}-dev`))).toEqual([]);
    expect(new Set(orphans.map(({ project }) => project))).toEqual(new Set([shop]));
    expect(why(others, door)).toBe('its slsctl.yml is not here');
    expect(others.find(({ name }) => name === door)?.config).toContain(`${other}/slsctl.yml`);

    const text = await world.on(folder, ['list', '--orphans', '--stage', 'dev']);
    expect(text.stdout).toMatch(/^Of other projects, whose slsctl.yml is not here:$/m);
    expect(text.stdout.indexOf(`${mail}-dev`)).toBeLessThan(text.stdout.indexOf('Of other projects'));
    expect(text.stdout.indexOf(door)).toBeGreaterThan(text.stdout.indexOf('Of other projects'));
    expect(text.stderr).toContain('destroy --orphans');
    expect(text.stdout + text.stderr).not.toContain('--project');

    const nowhere = await folderWith();
    const there = await world.on(nowhere, ['list', '--orphans']);
    expect(there.stdout).toContain(door);
    expect(there.stdout + there.stderr).not.toContain('destroy');

    // Those of the stage that is named are ordinary; those of the stage that was dropped need its name.
    expect(await world.refused(folder, ['destroy', '--orphans', '--stage', 'dev'])).toContain('--yes');
    await world.on(folder, ['destroy', '--orphans', '--stage', 'dev', '--yes']);
    expect(await functionsIn(cart, mail, door)).toEqual([
      `function ${cart}-dev`,
      `function ${cart}-old`,
      `function ${door}`,
      `function ${mail}-old`,
    ]);
    const stderr = await world.refused(folder, ['destroy', '--orphans', '--yes']);
    expect(stderr).toContain(`of stage old of project ${shop}, deployed from`);
    expect(stderr).toContain('which are of another project or stage; nothing was changed');
    expect(stderr).not.toContain('not deployed from this slsctl.yml');
    expect(stderr).toContain(`--confirm ${shop}/old`);
    await world.refused(folder, ['destroy', '--orphans', '--yes', '--confirm', shop]);
    await world.refused(folder, ['destroy', '--orphans', '--yes', '--confirm', club]);
    for (const wrong of [`${shop}/dev`, `${shop}/olds`]) {
      const args = ['destroy', '--orphans', '--yes', '--confirm', wrong];
      expect(await world.refused(folder, args)).toContain(`there are orphans of ${shop}/old`);
    }
    await world.on(folder, ['destroy', '--orphans', '--confirm', `${shop}/old`]);
    expect(await functionsIn(cart, mail, door)).toEqual([`function ${cart}-dev`, `function ${door}`]);

    // `--project` only selects.
    for (const cwd of [folder, nowhere]) {
      const stderr = await world.refused(cwd, ['destroy', '--orphans', '--project', club, '--yes']);
      expect(stderr).toContain(`of project ${club}, deployed from`);
      expect(stderr).toContain(`--confirm ${club}`);
      for (const wrong of [shop, 'nobody', `${club}s`]) {
        const args = ['destroy', '--orphans', '--project', club, '--yes', '--confirm', wrong];
        expect(await world.refused(cwd, args)).toContain(`allowed: ${club}`);
      }
    }
    await world.refused(nowhere, ['destroy', '--orphans', '--yes']);
    await world.on(nowhere, ['destroy', '--orphans', '--project', club, '--confirm', club]);
    expect(await functionsIn(door)).toEqual([]);

    await world.clients.lambda.send(new DeleteFunctionCommand({ FunctionName: `${cart}-dev` }));
    const { others: dead } = await listed(nowhere);
    const left = dead.filter(({ project }) => project === shop);
    expect(left.map(({ kind, why }) => `${kind}: ${why}`)).toEqual([
      'log group: its function is gone',
      'role: its function is gone',
    ]);
    await world.on(folder, ['destroy', '--stage', 'dev', '--yes']);
  });

  it('that another folder with the same project created need the name of the project', async () => {
    const [team, a, b] = ['team', 'a', 'b'].map(world.name) as [string, string, string];
    const first = await projectFolder(team, [a]);
    const second = await projectFolder(team, [b]);
    await world.on(first, ['deploy']);
    const stderr = await world.refused(second, ['destroy', '--orphans', '--yes']);
    expect(stderr).toContain(`of project ${team}, deployed from`);
    expect(stderr).toContain(`${first}/slsctl.yml`);
    await world.refused(second, ['destroy', '--orphans', '--project', team, '--yes']);
    await world.on(second, ['destroy', '--orphans', '--confirm', team]);
    expect(await functionsIn(a)).toEqual([]);
  });

  it('of the default stage are ordinary when no stage is named', async () => {
    const [shop, f, g] = ['shop', 'f', 'g'].map(world.name) as [string, string, string];
    const folder = await projectFolder(shop, [f, g], { stages: { dev: {}, prod: {} }, defaultStage: 'dev' });
    await world.on(folder, ['deploy']);
    await world.on(folder, ['deploy', '--stage', 'prod']);
    await editProject(folder, [[['functions', g], undefined]]);
    expect(await world.refused(folder, ['destroy', '--orphans', '--yes'])).toContain(`${g}-prod`);
    await world.on(folder, ['destroy', '--orphans', '--stage', 'dev', '--yes']);
    expect(await functionsIn(g)).toEqual([`function ${g}-prod`]);
    await world.on(folder, ['destroy', '--orphans', '--confirm', `${shop}/prod`]);
    expect(await functionsIn(g)).toEqual([]);
    for (const stage of ['dev', 'prod']) await world.on(folder, ['destroy', '--stage', stage, '--yes']);
  });

  it('of several stages are each asked for on a terminal', async () => {
    const [shop, f] = ['shop', 'f'].map(world.name) as [string, string];
    const folder = await projectFolder(shop, [f], { stages: { dev: {}, one: {}, two: {} } });
    for (const stage of ['dev', 'one', 'two']) await world.on(folder, ['deploy', '--stage', stage]);
    await editProject(folder, [
      [['stages', 'one'], undefined],
      [['stages', 'two'], undefined],
    ]);
    const halfway = await world.terminal(folder, ['destroy', '--orphans']);
    await halfway.saw(`Type ${shop}/one to remove them:`);
    halfway.type(`${shop}/one\r`);
    await halfway.saw(`Type ${shop}/two to remove them:`);
    halfway.type('\r');
    expect(await halfway.done).toBe(1);
    expect(await functionsIn(f)).toHaveLength(3);
    await world.on(folder, ['destroy', '--orphans', '--confirm', `${shop}/two`]);
    expect(await functionsIn(f)).toEqual([`function ${f}-dev`, `function ${f}-one`]);
    const terminal = await world.terminal(folder, ['destroy', '--orphans']);
    await terminal.saw(`Type ${shop}/one to remove them:`);
    terminal.type(`${shop}/one\r`);
    expect(await terminal.done).toBe(0);
    expect(await functionsIn(f)).toEqual([`function ${f}-dev`]);
    await world.on(folder, ['destroy', '--stage', 'dev', '--yes']);
  });
});
