// The resources of REST APIs: a tree of paths, and AWS's refusals.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addResource, mock, newApi, noResource, patch, type RestAws, refused, startRest } from './fixture.ts';

let aws: RestAws;
beforeAll(async () => {
  aws = await startRest();
});
afterAll(() => aws?.stop());

const bad = (text: string) => `400 BadRequestException ${text}`;
const conflict = (text: string) => `409 ConflictException ${text}`;

describe('resources', () => {
  const update = (restApiId: string, resourceId: string, ...patchOperations: ReturnType<typeof patch>[]) =>
    aws.call('UpdateResource', { restApiId, resourceId, patchOperations });

  it('are a tree of paths', async () => {
    const { restApiId, rootId } = await newApi(aws);
    expect((await aws.call('GetResources', { restApiId })).items).toEqual([{ id: rootId, path: '/' }]);
    const pets = await aws.call('CreateResource', { restApiId, parentId: rootId, pathPart: 'pets' });
    expect(pets).toEqual({
      $status: 201,
      id: expect.stringMatching(/^[a-z0-9]{6}$/),
      parentId: rootId,
      path: '/pets',
      pathPart: 'pets',
    });
    const below = await addResource(aws, restApiId, pets.id ?? '', 'sub');
    expect(await update(restApiId, pets.id ?? '', patch('replace', '/pathPart', 'dogs'))).toMatchObject({
      $status: 200,
      path: '/dogs',
    });
    expect((await aws.call('GetResource', { restApiId, resourceId: below })).path).toBe('/dogs/sub');
    expect(await aws.call('DeleteResource', { restApiId, resourceId: pets.id })).toEqual({ $status: 202 });
    expect(await refused(aws.call('DeleteResource', { restApiId, resourceId: below }))).toBe(noResource);
  });

  it('list their methods, whole when asked for', async () => {
    const { restApiId, root } = await newApi(aws);
    await mock(aws, root);
    const shown = (await aws.call('GetResources', { restApiId })).items?.[0];
    expect(shown?.resourceMethods).toEqual({ GET: {} });
    const whole = (await aws.call('GetResources', { restApiId, embed: ['methods'] })).items?.[0];
    expect(whole?.resourceMethods?.GET).toMatchObject({ methodIntegration: { type: 'MOCK' } });
  });

  it('have one variable below each parent, and nothing below a greedy one', async () => {
    const { restApiId, rootId } = await newApi(aws);
    const create = (parentId: string, pathPart: string) =>
      aws.call('CreateResource', { restApiId, parentId, pathPart });
    const { id = '' } = await create(rootId, '{proxy+}');
    expect(await refused(create(rootId, '{dynamic}'))).toBe(
      bad('A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed'),
    );
    for (const part of ['child', '{child}']) {
      expect(await refused(create(id, part))).toBe(
        bad('Cannot create a child of a resource with a greedy path variable: {proxy+}'),
      );
    }
    expect(await refused(create('none', 'a'))).toBe(noResource);
    const parent = await create(rootId, 'parent');
    expect(await create(parent.id ?? '', '{child+}')).toMatchObject({ path: '/parent/{child+}' });
  });

  it('can be moved, but not below themselves, nor to a place that is taken', async () => {
    const { restApiId, rootId } = await newApi(aws);
    const pets = await addResource(aws, restApiId, rootId, 'pets');
    const sub = await addResource(aws, restApiId, pets, 'sub');
    const child = await addResource(aws, restApiId, sub, 'pets');
    const move = (id: string, to: string) => update(restApiId, id, patch('replace', '/parentId', to));
    const taken = conflict('Another resource with the same parent already has this name: pets');
    expect(await refused(move(child, rootId))).toBe(taken);
    expect(await refused(move(pets, sub))).toBe(bad('Resources cannot be cyclical.'));
    expect(await refused(move(pets, 'none'))).toBe(noResource);
    expect(await move(sub, rootId)).toMatchObject({ path: '/sub', parentId: rootId });
    expect(await refused(update(restApiId, sub, patch('replace', '/pathPart', 'pets')))).toBe(taken);
  });

  it.each([
    [
      patch('replace', '/invalid', 'x'),
      "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
    ],
    [
      patch('remove', '/pathPart'),
      "Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported operations",
    ],
    [
      patch('add', '/pathPart', 'x'),
      "Invalid patch path  '/pathPart' specified for op 'add'. Please choose supported operations",
    ],
  ])('refuse %j', async (operation, text) => {
    const { restApiId, rootId } = await newApi(aws);
    const id = await addResource(aws, restApiId, rootId, 'a');
    expect(await refused(update(restApiId, id, operation))).toBe(bad(text));
  });

  it('keep their root where it is', async () => {
    const { restApiId, rootId } = await newApi(aws);
    expect(await refused(update(restApiId, rootId, patch('replace', '/pathPart', 'x')))).toBe(
      bad('Root resource cannot update its pathPart.'),
    );
    expect(await refused(update(restApiId, rootId, patch('replace', '/parentId', rootId)))).toBe(
      bad('Root resource cannot update its parentId.'),
    );
    expect(await refused(update(restApiId, 'fake', patch('replace', '/pathPart', 'x')))).toBe(noResource);
  });
});
