// REST APIs: their settings, defaults and refusals.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newApi, noApi, patch, type RestAws, refused, startRest } from './fixture.ts';

let aws: RestAws;
beforeAll(async () => {
  aws = await startRest();
});
afterAll(() => aws?.stop());

const invalid = (count: string, ...texts: string[]) =>
  `400 ValidationException ${count} detected: ${texts.join('; ')}`;
const notIn = (value: string, place: string, values: string) =>
  `Value '${value}' at '${place}' failed to satisfy constraint: Member must satisfy enum value set: [${values}]`;

describe('CreateRestApi', () => {
  it('answers 201 with the defaults of an edge-optimized API', async () => {
    const api = await aws.call('CreateRestApi', { name: 'shop' });
    expect(api).toEqual({
      $status: 201,
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      name: 'shop',
      createdDate: expect.any(Date),
      apiKeySource: 'HEADER',
      endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
      disableExecuteApiEndpoint: false,
      rootResourceId: expect.stringMatching(/^[a-z0-9]{10}$/),
    });
  });

  it('answers what was sent, and leaves out an empty list of media types', async () => {
    const sent = { description: 'd', version: 'v1', tags: { a: 'b' }, minimumCompressionSize: 10 };
    const api = await aws.call('CreateRestApi', { name: 'shop', ...sent, binaryMediaTypes: [] });
    expect(api).toMatchObject(sent);
    expect(api).not.toHaveProperty('binaryMediaTypes');
    const more = await aws.call('CreateRestApi', { name: 'shop', binaryMediaTypes: ['image/png'] });
    expect(more.binaryMediaTypes).toEqual(['image/png']);
  });

  it.each([
    ['REGIONAL', 'ipv4'],
    ['PRIVATE', 'dualstack'],
  ] as const)('gives an endpoint of type %s the address type %s', async (type, ipAddressType) => {
    const api = await aws.call('CreateRestApi', { name: 'x', endpointConfiguration: { types: [type] } });
    expect(api.endpointConfiguration).toEqual({ types: [type], ipAddressType });
  });

  const place = 'createRestApiInput.endpointConfiguration';
  const wrongTypes = `Value '[wrong]' at '${place}.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]`;
  const wrongAddress = notIn('wrong', `${place}.ipAddressType`, 'ipv4, dualstack');
  it.each([
    [{ description: '' }, '400 BadRequestException Description cannot be an empty string'],
    [
      { minimumCompressionSize: -1 },
      '400 BadRequestException Invalid minimum compression size, must be between 0 and 10485760',
    ],
    [
      { endpointConfiguration: { types: [] } },
      '400 BadRequestException REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.',
    ],
    [
      { endpointConfiguration: { types: ['EDGE', 'REGIONAL'] } },
      '400 BadRequestException Cannot create an api with multiple Endpoint Types.',
    ],
    [
      { endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'ipv4' } },
      '400 BadRequestException Only dualstack ipAddressType is supported for Private APIs.',
    ],
    [
      { endpointConfiguration: { types: ['EDGE'], ipAddressType: 'wrong' } },
      invalid('1 validation error', wrongAddress),
    ],
    [{ endpointConfiguration: { types: ['wrong'] } }, invalid('1 validation error', wrongTypes)],
    [
      { description: '', endpointConfiguration: { ipAddressType: 'wrong', types: ['wrong'] } },
      invalid('2 validation errors', wrongTypes, wrongAddress),
    ],
  ])('refuses %j', async (input, text) => {
    expect(await refused(aws.call('CreateRestApi', { name: 'x', ...(input as object) }))).toBe(text);
  });
});

describe('a REST API', () => {
  it('is found by its id in its own case, listed, and deleted with 202', async () => {
    const { restApiId } = await newApi(aws, { description: 'this one' });
    expect(await aws.call('GetRestApi', { restApiId })).toMatchObject({ $status: 200, id: restApiId });
    const upper = restApiId.toUpperCase();
    expect(await refused(aws.call('GetRestApi', { restApiId: upper }))).toBe(noApi(aws.account, upper));
    const { items = [] } = await aws.call('GetRestApis', { limit: 500 });
    expect(items.find(({ id }) => id === restApiId)).toMatchObject({ description: 'this one' });
    expect(await aws.call('DeleteRestApi', { restApiId })).toEqual({ $status: 202 });
    expect(await refused(aws.call('DeleteRestApi', { restApiId }))).toBe(noApi(aws.account, restApiId));
  });

  it('is listed in pages', async () => {
    for (let count = 0; count < 3; count += 1) await newApi(aws);
    const all = (await aws.call('GetRestApis', { limit: 500 })).items?.map(({ id }) => id);
    const seen: (string | undefined)[] = [];
    let position: string | undefined;
    do {
      const page = await aws.call('GetRestApis', { limit: 2, position });
      seen.push(...(page.items ?? []).map(({ id }) => id));
      position = page.position;
    } while (position);
    expect(seen).toEqual(all);
  });

  it('answers its policy with whole ARNs and escaped quotes', async () => {
    const { restApiId } = await newApi(aws);
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: ['execute-api:/*'] },
      ],
    });
    const answer = await aws.call('UpdateRestApi', {
      restApiId,
      patchOperations: [patch('replace', '/policy', policy)],
    });
    expect(JSON.parse(answer.policy?.replaceAll('\\"', '"') ?? '').Statement[0].Resource).toBe(
      `arn:aws:execute-api:${aws.region}:${aws.account}:${restApiId}/*`,
    );
  });

  it('is tagged by its ARN', async () => {
    const { restApiId } = await newApi(aws, { tags: { a: '1' } });
    const resourceArn = `arn:aws:apigateway:${aws.region}::/restapis/${restApiId}`;
    await aws.call('TagResource', { resourceArn, tags: { b: '2' } });
    expect((await aws.call('GetTags', { resourceArn })).tags).toEqual({ a: '1', b: '2' });
    await aws.call('UntagResource', { resourceArn, tagKeys: ['a', 'b'] });
    expect(await aws.call('GetRestApi', { restApiId })).toMatchObject({ tags: {} });
  });
});

describe('UpdateRestApi', () => {
  const update = (restApiId: string, ...patchOperations: ReturnType<typeof patch>[]) =>
    aws.call('UpdateRestApi', { restApiId, patchOperations });

  it('adds, replaces and removes media types, and shows that there are no tags', async () => {
    const { restApiId } = await newApi(aws, { description: 'd' });
    const added = await update(
      restApiId,
      patch('add', '/binaryMediaTypes/image~1png'),
      patch('add', '/binaryMediaTypes/image~1jpeg'),
    );
    expect(added).toMatchObject({ $status: 200, binaryMediaTypes: ['image/png', 'image/jpeg'], tags: {} });
    const replaced = await update(restApiId, patch('replace', '/binaryMediaTypes/image~1png', 'image/gif'));
    expect(replaced.binaryMediaTypes).toEqual(['image/jpeg', 'image/gif']);
    const removed = await update(
      restApiId,
      patch('remove', '/binaryMediaTypes/image~1gif'),
      patch('remove', '/description'),
    );
    expect(removed.binaryMediaTypes).toEqual(['image/jpeg']);
    expect(removed).not.toHaveProperty('description');
  });

  it('takes the part after the media types as a name, whatever it is', async () => {
    const { restApiId } = await newApi(aws);
    const { binaryMediaTypes } = await update(restApiId, patch('add', '/binaryMediaTypes/-', 'image/png'));
    expect(binaryMediaTypes).toEqual(['-']);
  });

  it('sets compression, and unsets it without a value', async () => {
    const { restApiId } = await newApi(aws);
    const set = (value?: string) => update(restApiId, patch('replace', '/minimumCompressionSize', value));
    expect(await set('10')).toMatchObject({ minimumCompressionSize: 10 });
    expect(await set('')).not.toHaveProperty('minimumCompressionSize');
    expect(await set('0')).toMatchObject({ minimumCompressionSize: 0 });
    for (const value of ['-1', 'test']) {
      expect(await refused(set(value))).toBe(
        '400 BadRequestException Invalid minimum compression size, must be between 0 and 10485760',
      );
    }
  });

  it('changes the endpoint; a private one has both kinds of addresses', async () => {
    const { restApiId } = await newApi(aws);
    const type = '/endpointConfiguration/types/0';
    const changed = await update(
      restApiId,
      patch('replace', type, 'EDGE'),
      patch('replace', type, 'REGIONAL'),
      patch('replace', type, 'PRIVATE'),
    );
    expect(changed.endpointConfiguration).toEqual({ types: ['PRIVATE'], ipAddressType: 'dualstack' });
    expect(
      await refused(update(restApiId, patch('replace', '/endpointConfiguration/ipAddressType', 'ipv4'))),
    ).toBe('400 BadRequestException Only dualstack ipAddressType is supported for Private APIs.');
    const endpoints = await update(
      restApiId,
      patch('add', '/endpointConfiguration/vpcEndpointIds', 'vpce-1'),
    );
    expect(endpoints.endpointConfiguration?.vpcEndpointIds).toEqual(['vpce-1']);
  });

  it.each([
    [
      patch('add', '/minimumCompressionSize', '10'),
      'Invalid patch operation specified. Must be one of: [replace]',
    ],
    [patch('add', '/binaryMediaTypes', 'image/gif'), 'Invalid patch path /binaryMediaTypes'],
    [patch('replace', '/binaryMediaTypes', 'image/gif'), 'Invalid patch path /binaryMediaTypes'],
    [patch('remove', '/binaryMediaTypes'), 'Invalid patch path /binaryMediaTypes'],
    [
      patch('replace', '/endpointConfiguration/ipAddressType', 'wrong'),
      'ipAddressType must be either ipv4 or dualstack.',
    ],
    [
      patch('replace', '/endpointConfiguration/types/0', 'wrong'),
      'Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE',
    ],
    [
      patch('remove', '/endpointConfiguration/ipAddressType', 'dualstack'),
      'Invalid patch operation specified. Must be one of: [replace]',
    ],
    [
      patch('remove', '/endpointConfiguration/types/0', 'EDGE'),
      "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    ],
  ])('refuses %j', async (operation, text) => {
    const { restApiId } = await newApi(aws);
    expect(await refused(update(restApiId, operation))).toBe(`400 BadRequestException ${text}`);
  });

  it('counts every unknown operation', async () => {
    const { restApiId } = await newApi(aws);
    const wrong = patch('wrong', '/name', 'x');
    const member = (at: number) =>
      notIn(
        'wrong',
        `updateRestApiInput.patchOperations.${at}.member.op`,
        'add, remove, move, test, replace, copy',
      );
    expect(await refused(update(restApiId, wrong, wrong))).toBe(
      invalid('2 validation errors', member(1), member(2)),
    );
  });

  it('does not know other APIs', async () => {
    expect(await refused(update('api_id', patch('replace', '/apiKeySource', 'AUTHORIZER')))).toBe(
      noApi(aws.account, 'api_id'),
    );
  });
});
