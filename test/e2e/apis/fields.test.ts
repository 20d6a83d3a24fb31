// Every field of `http` triggers and of `api:`, from the schema of slsctl.yml: set, changed and removed in place, wherever
// the target has it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { apiSchema } from '../../../src/config/schema/api.ts';
import { fieldsOf } from '../../../src/config/triggers/entry.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { type Target, type TargetName, targets } from '../../support/targets/targets.ts';
import { apiClient, apiNamed, routesOf } from '../../support/triggers/apis.ts';

/** Two values, and null where that removes the field. */
const ofRoutes: Record<string, unknown[]> = {
  authorizer: ['iam', null],
  operationName: ['one', 'two', null],
  throttling: [{ burstLimit: 5, rateLimit: 2 }, { burstLimit: 6, rateLimit: 2.5 }, null],
  payloadFormatVersion: ['1.0', '2.0'],
  timeoutInMillis: [5000, 6000],
  requestParameters: [{ 'append:header.x': '$request.path' }, { 'overwrite:header.y': '1' }, null],
  responseParameters: [{ 200: { 'append:header.x': '1' } }, { 404: { 'overwrite:statuscode': '200' } }, null],
  credentialsArn: ['arn:aws:iam::ACCOUNT:role/one', 'arn:aws:iam::ACCOUNT:role/two', null],
};
/** They name the route, or an authorizer of an existing API: other tests have them. */
const otherRouteFields = [
  ...['route', 'method', 'path', 'api'],
  ...['authorizationScopes', 'authorizationType', 'authorizerId'],
];

const ofApis: Record<string, unknown[]> = {
  description: ['one', 'two', null],
  version: ['1', '2', null],
  cors: [
    { allowOrigins: ['https://a.example'], maxAge: 5 },
    { allowOrigins: ['*'], allowMethods: ['GET', 'POST'], allowHeaders: ['x-a'], exposeHeaders: ['x-b'] },
    { allowOrigins: ['https://a.example'], allowCredentials: true },
    null,
  ],
  throttling: [
    { burstLimit: 5, rateLimit: 2 },
    { burstLimit: 6, rateLimit: 0.5 },
  ],
  detailedMetricsEnabled: [true, false, null],
  accessLog: [{}, { format: '$context.requestId', retentionInDays: 7 }, null],
  stageVariables: [{ a: '1' }, { a: '2', b: '3' }, { a: null }, null],
  disableExecuteApiEndpoint: [true, false, null],
  ipAddressType: ['dualstack', 'ipv4'],
  tags: [{ team: 'one' }, { team: 'two', of: 'x' }, { team: null }],
};
const otherApiFields = ['name', 'authorizers', 'domain'];

/** What a target does not have, by field. */
const unsupported: Record<TargetName, Record<string, string> | string> = {
  'the local AWS': {},
  moto: {
    'http.throttling': 'has no UpdateStage',
    'api.throttling': 'has no UpdateStage',
    'api.detailedMetricsEnabled': 'has no UpdateStage',
    'api.accessLog': 'has no UpdateStage',
    'api.stageVariables': 'has no UpdateStage',
    'api.ipAddressType': 'does not know it',
  },
  ministack: {
    'http.throttling': 'removes the stage in place of the settings of a route',
    'http.requestParameters': 'keeps a parameter with an empty text, which removes it on AWS',
    'http.credentialsArn': 'does not keep it',
    'api.description': 'does not change it',
    'api.cors': 'does not remove it',
    'api.accessLog': 'does not keep it',
    'api.ipAddressType': 'does not know it',
    'api.tags': 'lists APIs with the tags of their creation',
  },
  LocalStack: 'has HTTP APIs in its paid edition only',
};

it('every field has values here, or a test of its own', () => {
  const named = (samples: object, others: readonly string[]) => [...Object.keys(samples), ...others].sort();
  expect(named(ofRoutes, otherRouteFields)).toEqual(fieldsOf('http').sort());
  expect(named(ofApis, otherApiFields)).toEqual(Object.keys((apiSchema as z.ZodObject).shape).sort());
});

const missing = (name: TargetName) => typeof unsupported[name] === 'string';

describe.each(targets.filter(({ name }) => !missing(name)))('on $name', ({ name, start }) => {
  let target: Target;
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    [target, folder] = await Promise.all([start(), temporaryFolder('api-fields')]);
    await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return event\n');
  });
  afterAll(async () => {
    await target?.stop();
    if (folder) await removeFolder(folder);
  });

  const cases = Object.entries({ http: ofRoutes, api: ofApis }).flatMap(([where, fields]) =>
    Object.entries(fields).map(([field, values]) => ({ where, field, values, title: `${where}.${field}` })),
  );
  const tried = cases.filter(({ title }) => !(title in (unsupported[name] as object)));

  it.each(tried)('$title', async ({ where, field, values }) => {
    const project = `fields${++count}`;
    const options = { cwd: folder, env: target.env };
    const gateway = apiClient(target.env);
    const ids = new Set<unknown>();
    const deploy = async (declared: object) => {
      const http = { method: 'GET', path: '/a', ...(where === 'http' ? declared : {}) };
      const text = stringify({
        project,
        functions: { [project]: { runtime: 'python3.12', handler: 'app.handler', triggers: [{ http }] } },
        ...(where === 'api' ? { api: declared } : {}),
      });
      await writeFile(join(folder, 'slsctl.yml'), text.replaceAll('ACCOUNT', target.account));
      await expectSlsctl(['deploy', '--yes'], options);
      const planned = await slsctl(['plan', '--exit-code'], options);
      expect(planned.code, planned.stdout).toBe(0);
      const api = await apiNamed(gateway, project);
      const routes = await routesOf(gateway, api?.ApiId as string);
      ids.add(`${api?.ApiId} ${routes['GET /a']?.RouteId}`);
    };
    for (const value of values) await deploy({ [field]: value });
    await deploy({});
    expect(ids.size, 'changed in place').toBe(1);
    await expectSlsctl(['destroy', '--yes'], options);
    expect(await apiNamed(gateway, project)).toBe(undefined);
  });
});
