// Deployments, stages, their settings and canaries.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, deploy, mock, newApi, patch, type RestAws, refused, startRest } from './fixture.ts';

let aws: RestAws;
beforeAll(async () => {
  aws = await startRest();
});
afterAll(() => aws?.stop());

const bad = (text: string) => `400 BadRequestException ${text}`;

/** An API with something to deploy. */
async function made() {
  const api = await newApi(aws);
  await mock(aws, api.root);
  return api;
}

const deployment = async (restApiId: string) => (await aws.call('CreateDeployment', { restApiId })).id ?? '';
const stageOf = (restApiId: string, stageName = 'dev') => aws.call('GetStage', { restApiId, stageName });
const update = (restApiId: string, ...patchOperations: ReturnType<typeof patch>[]) =>
  aws.call('UpdateStage', { restApiId, stageName: 'dev', patchOperations });

const plain = {
  cacheClusterEnabled: false,
  cacheClusterStatus: 'NOT_AVAILABLE',
  createdDate: expect.any(Date),
  lastUpdatedDate: expect.any(Date),
  methodSettings: {},
  tracingEnabled: false,
};

describe('deployments', () => {
  it('make the stage, or move it', async () => {
    const { restApiId } = await made();
    const first = await deploy(aws, restApiId);
    expect(first).toEqual({
      $status: 201,
      id: expect.stringMatching(/^[a-z0-9]{6}$/),
      createdDate: expect.any(Date),
    });
    expect(await stageOf(restApiId)).toEqual({
      $status: 200,
      ...plain,
      stageName: 'dev',
      deploymentId: first.id,
    });
    const second = await deploy(aws, restApiId);
    expect((await stageOf(restApiId)).deploymentId).toBe(second.id);
    const { items = [] } = await aws.call('GetDeployments', { restApiId });
    expect(items.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    const gone = { restApiId, deploymentId: first.id };
    expect(await aws.call('DeleteDeployment', gone)).toEqual({ $status: 202 });
    expect(await refused(aws.call('DeleteDeployment', { restApiId, deploymentId: second.id }))).toBe(
      bad('Active stages pointing to this deployment must be moved or deleted'),
    );
    expect(await aws.call('DeleteStage', { restApiId, stageName: 'dev' })).toEqual({ $status: 202 });
  });

  it('need methods with integrations', async () => {
    const { restApiId, root } = await newApi(aws);
    expect(await refused(deploy(aws, restApiId))).toBe(bad("The REST API doesn't contain any methods"));
    await aws.call('PutMethod', { ...root, httpMethod: 'GET', authorizationType: 'NONE' });
    expect(await refused(deploy(aws, restApiId))).toBe(bad('No integration defined for method'));
  });

  it('have a description that can be changed, and a summary when asked for', async () => {
    const { restApiId } = await made();
    const { id: deploymentId = '' } = await deploy(aws, restApiId);
    const patchOperations = [patch('replace', '/description', 'new')];
    const changed = await aws.call('UpdateDeployment', { restApiId, deploymentId, patchOperations });
    expect(changed).toMatchObject({ $status: 200, description: 'new' });
    const { apiSummary } = await aws.call('GetDeployment', {
      restApiId,
      deploymentId,
      embed: ['apisummary'],
    });
    expect(apiSummary).toEqual({ '/': { GET: { authorizationType: 'NONE', apiKeyRequired: false } } });
  });

  it('are listed by stage', async () => {
    const { restApiId } = await made();
    const { id } = await deploy(aws, restApiId, 'stage1');
    await deploy(aws, restApiId, 'stage2');
    expect((await aws.call('GetStages', { restApiId })).item).toHaveLength(2);
    const { item } = await aws.call('GetStages', { restApiId, deploymentId: id });
    expect(item).toMatchObject([{ stageName: 'stage1' }]);
  });
});

describe('UpdateStage', () => {
  const defaults = {
    cacheDataEncrypted: false,
    cacheTtlInSeconds: 300,
    cachingEnabled: false,
    dataTraceEnabled: false,
    metricsEnabled: false,
    requireAuthorizationForCacheControl: true,
    throttlingBurstLimit: 5000,
    throttlingRateLimit: 10000,
    unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
  };

  it('changes fields, variables and the settings of methods', async () => {
    const { restApiId } = await made();
    await deploy(aws, restApiId);
    const changed = await update(
      restApiId,
      patch('replace', '/description', 'stage new'),
      patch('replace', '/variables/var1', 'test'),
      patch('replace', '/*/*/throttling/burstLimit', '123'),
      patch('replace', '/*/*/caching/enabled', 'true'),
      patch('replace', '/tracingEnabled', 'true'),
      patch('replace', '/test/GET/throttling/burstLimit', '124'),
    );
    const all = { ...defaults, cachingEnabled: true, throttlingBurstLimit: 123 };
    expect(changed).toMatchObject({
      $status: 200,
      description: 'stage new',
      variables: { var1: 'test' },
      tracingEnabled: true,
      methodSettings: { '*/*': all, 'test/GET': { ...all, throttlingBurstLimit: 124 } },
    });
    const { methodSettings } = await update(restApiId, patch('replace', '/*/*/throttling/burstLimit', '100'));
    expect(methodSettings?.['test/GET']?.throttlingBurstLimit).toBe(124);
  });

  it('removes settings that are there', async () => {
    const { restApiId } = await made();
    await deploy(aws, restApiId);
    const text = 'Cannot remove method setting */* because there is no method setting for this method ';
    expect(await refused(update(restApiId, patch('remove', '/*/*')))).toBe(bad(text));
    const { methodSettings } = await update(restApiId, patch('replace', '/*/*/caching/enabled', 'true'));
    expect(methodSettings).toEqual({ '*/*': { ...defaults, cachingEnabled: true } });
    expect((await update(restApiId, patch('remove', '/*/*'))).methodSettings).toEqual({});
  });

  it('sets and removes access logs', async () => {
    const { restApiId } = await made();
    await deploy(aws, restApiId);
    const destinationArn = `arn:aws:logs:${aws.region}:${aws.account}:log-group:g`;
    const one = await update(restApiId, patch('add', '/accessLogSettings/destinationArn', destinationArn));
    expect(one.accessLogSettings).toEqual({ destinationArn });
    const two = await update(restApiId, patch('add', '/accessLogSettings/format', '$context.requestId'));
    expect(two.accessLogSettings).toEqual({ destinationArn, format: '$context.requestId' });
    expect(await refused(update(restApiId, patch('remove', '/accessLogSettings/destinationArn')))).toBe(
      bad(
        'Cannot remove method setting accessLogSettings/destinationArn because there is no method setting for this method ',
      ),
    );
    expect(await update(restApiId, patch('remove', '/accessLogSettings'))).not.toHaveProperty(
      'accessLogSettings',
    );
  });

  const logPaths =
    'Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]';
  it.each([
    [patch('add', '/accessLogSettings/other', 'x'), logPaths],
    [patch('replace', '/accessLogSettings/*', 'x'), logPaths],
    [patch('add', '/accessLogSettings', 'x'), logPaths],
    [patch('replace', '/accessLogSettings/format', ''), 'Access Log value must not be empty'],
    [
      patch('remove', '/accessLogSettings/*'),
      'Cannot remove method setting accessLogSettings/* because there is no method setting for this method ',
    ],
    [
      patch('add', '/canarySettings/deploymentId', 'x'),
      'Invalid add operation with path: /canarySettings/deploymentId',
    ],
    [patch('replace', '/canarySettings/deploymentId', 'x'), 'Deployment id does not exist'],
    [
      patch('remove', '/canarySettings/badPath'),
      'Cannot remove method setting canarySettings/badPath because there is no method setting for this method ',
    ],
    [
      patch('copy', '/canarySettings/deploymentId', undefined, '/deploymentId'),
      'Invalid copy operation with path: /canarySettings/deploymentId and from /deploymentId. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]',
    ],
    [
      patch('copy', '/variables', undefined, '/canarySettings/stageVariableOverrides'),
      'Promotion not available. Canary does not exist.',
    ],
  ])('refuses %j', async (operation, text) => {
    const { restApiId } = await made();
    await deploy(aws, restApiId);
    expect(await refused(update(restApiId, operation))).toBe(bad(text));
  });

  it.each(['/documentation_version', '/tags/tag1', '/canarySettings', '/canarySettings/badPath'])(
    'lists the paths when it does not know %s',
    async (path) => {
      const { restApiId } = await made();
      await deploy(aws, restApiId);
      const text = await refused(update(restApiId, patch('replace', path, 'x')));
      expect(text).toContain(
        `Invalid method setting path: ${path}. Must be one of: [/deploymentId, /description,`,
      );
      expect(text).toContain(
        '/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, ',
      );
      expect(text).toContain(
        '/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled',
      );
      expect(text).toMatch(/, \/variables\/\{variable_name\}, \/tracingEnabled\]$/);
    },
  );
});

describe('canaries', () => {
  it('are made with a stage, with a deployment, and by an update', async () => {
    const { restApiId } = await made();
    const [one, two] = [await deployment(restApiId), await deployment(restApiId)];
    const canarySettings = { deploymentId: two, percentTraffic: 50, stageVariableOverrides: { v: 'canary' } };
    const stage = await aws.call('CreateStage', {
      restApiId,
      stageName: 'dev',
      deploymentId: one,
      variables: { v: 'default' },
      canarySettings,
    });
    expect(stage.canarySettings).toEqual({ ...canarySettings, useStageCache: false });
    const override = '/canarySettings/stageVariableOverrides/v';
    expect((await update(restApiId, patch('replace', override, 'new'))).canarySettings).toMatchObject({
      stageVariableOverrides: { v: 'new' },
    });
    expect(await update(restApiId, patch('remove', '/canarySettings'))).not.toHaveProperty('canarySettings');
    const half = await update(restApiId, patch('replace', '/canarySettings/percentTraffic', '50'));
    expect(half.canarySettings).toEqual({ deploymentId: one, percentTraffic: 50, useStageCache: false });
    const third = await deploy(aws, restApiId, 'dev', { canarySettings: { percentTraffic: 10 } });
    expect(await stageOf(restApiId)).toMatchObject({
      deploymentId: one,
      canarySettings: { deploymentId: third.id, percentTraffic: 10 },
    });
  });

  it.each([
    [
      undefined,
      'Non null and non empty stageName must be provided for canary deployment. Provided value is null',
    ],
    ['', 'Non null and non empty stageName must be provided for canary deployment. Provided value is '],
    ['none', 'Stage none must already be created before making a canary release deployment'],
  ])('need a stage: %j', async (stageName, reason) => {
    const { restApiId } = await made();
    const input = { restApiId, stageName, canarySettings: { percentTraffic: 50 } };
    const text = `Invalid deployment content specified.${reason}`;
    expect(await refused(aws.call('CreateDeployment', input))).toBe(bad(text));
  });

  it('get their part of the requests, with their variables, and are promoted', async () => {
    const { restApiId, root } = await made();
    const at = { ...root, httpMethod: 'GET', statusCode: '200' };
    const template = (message: string) =>
      `{"message": "${message}", "v": "$stageVariables.v", "d": "$stageVariables.d", "canary": "$context.isCanaryRequest"}`;
    await aws.call('PutIntegrationResponse', {
      ...at,
      responseTemplates: { 'application/json': template('one') },
    });
    await deploy(aws, restApiId, 'dev', { variables: { v: 'default', d: 'default' } });
    await aws.call('PutIntegrationResponse', {
      ...at,
      responseTemplates: { 'application/json': template('two') },
    });
    await deploy(aws, restApiId, 'dev', {
      canarySettings: { percentTraffic: 0, stageVariableOverrides: { v: 'canary' } },
    });
    const got = async () => (await ask(aws, restApiId, '/dev')).json();
    expect(await got()).toEqual({ message: 'one', v: 'default', d: 'default', canary: 'false' });
    await update(restApiId, patch('replace', '/canarySettings/percentTraffic', '100.0'));
    expect(await got()).toEqual({ message: 'two', v: 'canary', d: 'default', canary: 'true' });
    const promoted = await update(
      restApiId,
      patch('replace', '/canarySettings/percentTraffic', '0.0'),
      patch('copy', '/variables', undefined, '/canarySettings/stageVariableOverrides'),
      patch('copy', '/deploymentId', undefined, '/canarySettings/deploymentId'),
    );
    expect(promoted).toMatchObject({ variables: { v: 'canary', d: 'default' } });
    expect(promoted.deploymentId).toBe(promoted.canarySettings?.deploymentId);
    expect(await got()).toMatchObject({ message: 'two', canary: 'false' });
  });
});
