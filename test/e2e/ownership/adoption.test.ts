// Taking over: --adopt for what slsctl did not make, --adopt-from for what another project or stage owns.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetRoleCommand, ListRoleTagsCommand, UntagRoleCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, GetFunctionCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editProject } from '../../support/project.ts';
import { cloneOf, projectFolder, startWorld, type World } from './world.ts';

describe('taking over', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  const names = (...words: string[]) => words.map((word) => world.name(word)) as [string, string, string];
  const tagsOf = async (FunctionName: string) =>
    (await world.clients.lambda.send(new GetFunctionCommand({ FunctionName }))).Tags ?? {};
  /** Fails unless the command exits with 1 and changes nothing. */
  async function stopped(folder: string, args: string[]): Promise<string> {
    world.mutations();
    const before = await world.names();
    const { stderr } = await world.on(folder, args, 1);
    expect(await world.names()).toEqual(before);
    return stderr;
  }

  it('what another project owns takes --adopt-from and its name, and the hint says whose it is and where the name is', async () => {
    const [one, two, api] = names('one', 'two', 'api');
    const first = await projectFolder(one, [api], {}, cloneOf('git@github.com:acme/one.git'));
    const second = await projectFolder(two, ['x', api], { layers: {} });
    await writeFile(
      join(second, 'slsctl.yml'),
      `project: ${two}\n\nfunctions:\n  # the same name\n  ${api}: { runtime: nodejs20.x, handler: index.handler, memorySize: 512 }\n`,
    );
    await world.on(first, ['deploy']);
    const owner = `it belongs to project ${one}, deployed from github.com/acme/one/slsctl.yml`;
    const lines = [`function ${api}: ${owner}`, `role ${api}-us-east-1: ${owner}`];
    for (const args of [
      ['deploy'],
      ['deploy', '--adopt'],
      ['deploy', '--yes', '--adopt-from', `${one}/dev`],
    ]) {
      const stderr = await stopped(second, args);
      for (const line of lines) expect(stderr).toContain(`${line}; the name is from slsctl.yml:5`);
      expect(stderr).toContain(`--adopt-from ${one}`);
      expect(stderr).toContain('choose another name, or take them over: slsctl deploy');
    }
    expect((await stopped(second, ['deploy', '--adopt', '--adopt-from', 'nobody'])).trim()).toMatch(
      new RegExp(`slsctl deploy --adopt --adopt-from nobody --adopt-from ${one}$`),
    );
    for (const wrong of ['', 'a b', 'a/b/c', '/a']) {
      const stderr = await world.refused(second, ['deploy', '--adopt-from', wrong]);
      expect(stderr).toContain('PROJECT or PROJECT/STAGE');
    }
    const planned = await world.on(second, ['plan', '--exit-code'], 1);
    expect(planned.stdout).toContain(owner);
    expect(planned.stderr).toContain(`slsctl deploy --adopt-from ${one}`);
    for (const args of [
      ['env', 'set', 'AB=1'],
      ['versions', '--publish'],
      ['role', 'create'],
    ]) {
      const stderr = await stopped(second, args);
      expect(stderr).toContain(owner);
      expect(stderr).toContain(`slsctl deploy ${api} --adopt-from ${one}`);
    }

    expect((await world.on(second, ['plan', '--adopt-from', one])).stdout).toContain('Tags.slsctl:config');
    await world.on(second, ['deploy', '--adopt-from', one]);
    const tags = await tagsOf(api);
    expect(tags['slsctl:project']).toBe(two);
    expect(tags['slsctl:config']).toContain(`${second}/slsctl.yml`);
    await world.on(second, ['plan', '--exit-code']);
    // Now the first one may not touch it any more.
    expect(await stopped(first, ['deploy'])).toContain(`it belongs to project ${two}`);
    await world.on(first, ['destroy', '--yes']);
    expect(await world.names()).toContain(`function ${api}`);
    await world.on(second, ['destroy', '--yes']);
  });

  it('what another stage owns takes its name, too, and loses the stage', async () => {
    const [team, api] = names('team', 'api');
    const staged = await projectFolder(team, [api], { stages: { dev: {} } });
    await world.on(staged, ['deploy', '--stage', 'dev']);
    const plain = await projectFolder(team, [`${api}-dev`]);
    for (const args of [
      ['deploy', '--adopt'],
      ['deploy', '--adopt-from', team],
    ]) {
      const stderr = await stopped(plain, args);
      expect(stderr).toContain(`it belongs to stage dev of project ${team}, deployed from`);
      expect(stderr).toContain(`--adopt-from ${team}/dev`);
    }
    await world.on(plain, ['deploy', '--adopt-from', `${team}/dev`]);
    expect(await tagsOf(`${api}-dev`)).not.toHaveProperty('slsctl:stage');
    await world.on(plain, ['plan', '--exit-code']);
    await world.on(plain, ['destroy', '--yes']);
    expect((await world.names()).filter((name) => name.includes(api))).toEqual([]);
  });

  it('what slsctl did not make takes --adopt, and --adopt-from does not cover it', async () => {
    const [team, api] = names('team', 'api');
    const folder = await projectFolder(team, [api]);
    await world.on(folder, ['deploy']);
    const { lambda, iam } = world.clients;
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: api }));
    const TagKeys = ['slsctl:project', 'slsctl:config'];
    await lambda.send(new UntagResourceCommand({ Resource: Configuration?.FunctionArn, TagKeys }));
    await writeFile(join(folder, 'index.mjs'), 'export const handler = async () => 2;\n');
    for (const args of [['deploy'], ['deploy', '--adopt-from', team]]) {
      const stderr = await stopped(folder, args);
      expect(stderr).toContain('it was not made by slsctl; the name is from slsctl.yml');
      expect(stderr).toMatch(/slsctl deploy (--adopt-from \w+ )?--adopt$/m);
    }
    await world.on(folder, ['deploy', '--adopt']);
    expect((await tagsOf(api))['slsctl:config']).toContain(`${folder}/slsctl.yml`);

    // A role of another project that lost its tags still belongs to the project that its path names.
    const RoleName = `${api}-us-east-1`;
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys }));
    await lambda.send(new DeleteFunctionCommand({ FunctionName: api }));
    const other = await projectFolder(`${team}x`, [api]);
    const stderr = await stopped(other, ['deploy', '--adopt']);
    expect(stderr).toContain(`role ${RoleName}: it belongs to project ${team};`);
    await world.on(folder, ['deploy']);
    const { Tags = [] } = await iam.send(new ListRoleTagsCommand({ RoleName }));
    expect(Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))).toMatchObject({
      'slsctl:project': team,
    });
    await world.on(folder, ['destroy', '--yes']);
    await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toThrow();
  });

  it('layers are taken over by the same words', async () => {
    const [team, f, g] = names('team', 'f', 'g');
    // Both layers are called TEAM-b-shared on AWS.
    const layers = (key: string) => ({ layers: { [key]: { path: 'layer' } } });
    const first = await projectFolder(team, [f], layers('b-shared'), { 'layer/one.js': '1' });
    const second = await projectFolder(`${team}-b`, [g], layers('shared'), { 'layer/one.js': '2' });
    await world.on(first, ['layer', 'publish']);
    for (const args of [
      ['deploy'],
      ['layer', 'publish'],
      ['layer', 'publish', '--adopt'],
      ['layer', 'prune'],
    ]) {
      const stderr = await stopped(second, args);
      expect(stderr).toContain(`layer ${team}-b-shared: it belongs to project ${team}, deployed from`);
      expect(stderr).toMatch(/; the name is from slsctl\.yml:\d+$/m);
      expect(stderr).toContain(`--adopt-from ${team}`);
    }
    await world.on(second, ['layer', 'publish', '--adopt-from', team]);
    expect(await stopped(first, ['layer', 'publish'])).toContain(`it belongs to project ${team}-b`);
    await world.on(second, ['destroy', '--yes']);
  });

  it('a repository that was moved takes over what it deployed before, by its own name', async () => {
    const [team, a, b] = names('team', 'a', 'b');
    const before = await projectFolder(team, [a, b], {}, cloneOf('https://github.com/old/shop'));
    await world.on(before, ['deploy']);
    const after = await projectFolder(team, [a, b], {}, cloneOf('https://github.com/new/shop'));
    await world.on(after, ['plan', '--exit-code']);
    await world.on(after, ['deploy', '--adopt-from', team]);
    expect((await tagsOf(a))['slsctl:config']).toBe('github.com/new/shop/slsctl.yml');
    await editProject(after, [[['functions', b], undefined]]);
    await world.on(after, ['deploy', '--yes']);
    expect((await world.names()).filter((name) => name.endsWith(b))).toEqual([]);
    await world.on(after, ['destroy', '--yes']);
  });
});
