// The tests of every field of a function in slsctl.yml, for any endpoint; unsupported fields are listed with a reason.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as iamSdk from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, it } from 'vitest';
import { functionSchema } from '../../../src/config/schema/function.ts';
import { trustOf } from '../../../src/resources/role/role.ts';
import { filesZip } from '../../local/zip.ts';
import { engine } from '../engine.ts';
import { tellFunction } from '../live-function.ts';
import { type Clients, clientsOf } from '../local.ts';
import { removeFolder, temporaryFolder } from '../project.ts';
import { type RoundTrip, roundTrip } from './round-trip.ts';
import { elsewhere, samples, type There } from './samples.ts';
import { type Field, schemaFields } from './schema-fields.ts';

export interface Endpoint {
  account: string;
  /** Endpoint, region and credentials. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

export interface Suite {
  account: string;
  start(): Promise<Endpoint>;
  /** Fields that cannot be tried there, with everything below them, and why. */
  unsupported: Record<string, string>;
}

const region = 'us-east-1';

/** The fields of the schema, without those tested elsewhere or not supported. */
export function fieldsFor(there: There, unsupported: Record<string, string>): Field[] {
  return schemaFields(functionSchema, samples(there), [
    ...Object.keys(elsewhere),
    ...Object.keys(unsupported),
  ]);
}

/** ARNs of what `prepare` makes; signing configurations get theirs when they are made. */
export function thereOf(account: string): There {
  return {
    account,
    region,
    roles: ['one', 'two'].map((name) => `arn:aws:iam::${account}:role/${name}`),
    layers: ['one', 'two'].map((name) => `arn:aws:lambda:${region}:${account}:layer:${name}:1`),
    signingConfigs: ['0', '1'].map(
      (digit) => `arn:aws:lambda:${region}:${account}:code-signing-config:csc-${digit.repeat(17)}`,
    ),
  };
}

/** One test for each field. */
export function testFields({ account, start, unsupported }: Suite): void {
  const there = thereOf(account);
  const listed = fieldsFor(there, unsupported);
  let fields = listed;
  let endpoint: Endpoint | undefined;
  let folder: string | undefined;
  const trip = {} as RoundTrip;

  beforeAll(async () => {
    [endpoint, folder] = await Promise.all([start(), temporaryFolder('fields')]);
    await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return event\n');
    const clients = await clientsOf(endpoint.env);
    await prepare(clients, there, !('codeSigningConfigArn' in unsupported));
    fields = fieldsFor(there, unsupported);
    Object.assign(trip, {
      engine: await engine(folder, endpoint.env, { removesLeftBehind: !('aliases (whole)' in unsupported) }),
      samples: samples(there),
      tell: (name: string) => tellFunction(clients, name),
      bare: await tellFunction(clients, 'bare'),
    });
  });
  afterAll(async () => {
    await endpoint?.stop();
    if (folder) await removeFolder(folder);
  });

  it.each(listed.map(({ name }) => name))('%s', (name) => roundTrip(trip, name, fields));
}

/** Creates the resources that functions name, and a function with no optional field. */
async function prepare({ lambda, iam }: Clients, there: There, signing: boolean): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify(trustOf());
  const ZipFile = filesZip({ 'index.py': 'def handler(event, context):\n    return event\n' });
  for (const name of ['one', 'two']) {
    await iam.send(new iamSdk.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
    await lambda.send(new sdk.PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile } }));
  }
  const Code = { ZipFile };
  const settings = { Runtime: 'python3.12', Handler: 'index.handler', Role: there.roles[0] } as const;
  await lambda.send(new sdk.CreateFunctionCommand({ FunctionName: 'bare', ...settings, Code }));
  if (!signing) return;
  const profile = `arn:aws:signer:${region}:${there.account}:/signing-profiles/one/0123456789`;
  const AllowedPublishers = { SigningProfileVersionArns: [profile] };
  const configs = there.signingConfigs.map(() =>
    lambda.send(new sdk.CreateCodeSigningConfigCommand({ AllowedPublishers })),
  );
  there.signingConfigs = (await Promise.all(configs)).map(
    ({ CodeSigningConfig }) => CodeSigningConfig?.CodeSigningConfigArn ?? '',
  );
}
