// Layers and event source mappings as boto3 sees them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Told } from '../../support/boto3/boto3.ts';
import {
  account,
  arnOf,
  echo,
  invalid,
  members,
  notFound,
  python,
  region,
  type Seen,
  seenByBoto3,
} from './fixture.ts';

const missing = notFound('The resource you requested does not exist.');
const layerArn = (name: string, where = region) => `arn:aws:lambda:${where}:${account}:layer:${name}`;

describe.skipIf(!python)('boto3', () => {
  let aws: Seen;
  const publish = (LayerName: string, more: object = {}) =>
    aws.call('lambda publish_layer_version', { LayerName, Content: { ZipFile: echo }, ...more });
  const use = (...Layers: string[]) =>
    aws.refusal('lambda update_function_configuration', { FunctionName: 'f', Layers });

  beforeAll(async () => {
    aws = await seenByBoto3();
    await aws.create('f');
  });
  afterAll(() => aws?.stop());

  it('publishes layers with what it sends, and no more', async () => {
    const sent = {
      CompatibleRuntimes: ['python3.12'],
      CompatibleArchitectures: ['x86_64'],
      LicenseInfo: 'MIT',
    };
    const full = await publish('full', { ...sent, Description: 'd' });
    const least = 'Content CreatedDate Description LayerArn LayerVersionArn Version';
    expect(full).toMatchObject({
      status: 201,
      ...sent,
      Description: 'd',
      Version: 1,
      LayerArn: layerArn('full'),
      LayerVersionArn: `${layerArn('full')}:1`,
    });
    expect(members(full.Content)).toBe('CodeSha256 CodeSize Location');
    expect(members(await publish('bare'))).toBe(least);
  });

  it('lists them newest first, and never sees a number again', async () => {
    await publish('many');
    await publish('many');
    const list = async () =>
      (await aws.call('lambda list_layer_versions', { LayerName: 'many' })).LayerVersions as Told[];
    expect((await list()).map(({ Version }) => Version)).toEqual([2, 1]);
    expect(members((await list())[0])).toBe('CreatedDate Description LayerVersionArn Version');
    for (const VersionNumber of [2, 9]) {
      const gone = { LayerName: 'many', VersionNumber };
      expect((await aws.call('lambda delete_layer_version', gone)).status).toBe(204);
    }
    expect((await publish('many')).Version).toBe(3);
  });

  it('keeps those of functions after their deletion', async () => {
    const { LayerVersionArn } = await publish('kept');
    const Layers = [LayerVersionArn];
    await aws.call('lambda update_function_configuration', { FunctionName: 'f', Layers });
    await aws.call('lambda delete_layer_version', { LayerName: 'kept', VersionNumber: 1 });
    const { Layers: kept } = await aws.call('lambda get_function_configuration', { FunctionName: 'f' });
    expect(kept).toEqual([{ Arn: LayerVersionArn, CodeSize: echo.length }]);
  });

  it('is told of layers that are not there', async () => {
    const get = (input: object) => aws.refusal('lambda get_layer_version', input);
    expect(await get({ LayerName: 'nobody', VersionNumber: 1 })).toBe(missing);
    expect(await get({ LayerName: 'many', VersionNumber: 0 })).toBe(
      invalid('Layer Version Cannot be less than 1'),
    );
    const arn = `${layerArn('nobody')}:1`;
    expect(await use(arn)).toBe(invalid(`Layer version ${arn} does not exist.`));
  });

  it('shares them by a policy, at the revision that it has seen', async () => {
    await publish('shared');
    const target = { LayerName: 'shared', VersionNumber: 1 };
    const share = { ...target, Action: 'lambda:GetLayerVersion', Principal: '*' };
    const added = await aws.call('lambda add_layer_version_permission', { ...share, StatementId: 'all' });
    expect(members(added)).toBe('RevisionId Statement');
    expect(added.status).toBe(201);
    const policy = await aws.call('lambda get_layer_version_policy', target);
    expect(members(policy)).toBe('Policy RevisionId');
    expect(policy.RevisionId).toBe(added.RevisionId);
    const overtaken =
      '412 PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id';
    const another = { StatementId: 'more', RevisionId: 'another' };
    expect(await aws.refusal('lambda add_layer_version_permission', { ...share, ...another })).toBe(
      overtaken,
    );
    const gone = { ...target, StatementId: 'all' };
    expect(
      await aws.refusal('lambda remove_layer_version_permission', { ...gone, RevisionId: 'another' }),
    ).toBe(overtaken);
    const removed = { ...gone, RevisionId: policy.RevisionId };
    expect((await aws.call('lambda remove_layer_version_permission', removed)).status).toBe(204);
    expect(await aws.refusal('lambda get_layer_version_policy', target)).toBe(
      notFound('No policy is associated with the given resource.'),
    );
  });

  it('gives a function five layers, one version of each, from its region', async () => {
    const many = layerArn('many');
    expect(await use(...Array(6).fill(`${many}:3`))).toBe(invalid('Cannot reference more than 5 layers.'));
    expect(await use(`${many}:1`, `${many}:3`)).toBe(
      invalid(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${many}:1 and ${many}:3 are versions of the same layer.`,
      ),
    );
    expect(await use(`${layerArn('many', 'eu-west-3')}:3`)).toBe(
      invalid(
        `Layers are not in the same region as the function. Layers are expected to be in region ${region}.`,
      ),
    );
  });

  describe('maps event sources', () => {
    const EventSourceArn = `arn:aws:sqs:${region}:${account}:jobs`;

    it('with the settings of AWS, from creating to deleting', async () => {
      const made = await aws.call('lambda create_event_source_mapping', {
        FunctionName: 'f',
        EventSourceArn,
      });
      expect(members(made)).toBe(
        'BatchSize EventSourceArn EventSourceMappingArn FunctionArn FunctionResponseTypes LastModified MaximumBatchingWindowInSeconds State StateTransitionReason UUID',
      );
      const { UUID } = made;
      expect(made).toMatchObject({
        status: 202,
        BatchSize: 10,
        EventSourceArn,
        EventSourceMappingArn: `arn:aws:lambda:${region}:${account}:event-source-mapping:${UUID}`,
        FunctionArn: arnOf('f'),
        FunctionResponseTypes: [],
        MaximumBatchingWindowInSeconds: 0,
        State: 'Creating',
        StateTransitionReason: 'USER_INITIATED',
      });
      expect((await aws.call('lambda get_event_source_mapping', { UUID })).State).toBe('Enabled');
      const gone = await aws.call('lambda delete_event_source_mapping', { UUID });
      expect(gone).toMatchObject({ status: 202, State: 'Deleting' });
      expect(await aws.refusal('lambda get_event_source_mapping', { UUID })).toBe(missing);
    });

    it('of a kind that there is, to a function that is there', async () => {
      const refused = (input: object) => aws.refusal('lambda create_event_source_mapping', input);
      expect(await refused({ FunctionName: 'f' })).toBe(invalid('Unrecognized event source.'));
      expect(await refused({ FunctionName: 'nobody', EventSourceArn })).toBe(
        invalid('Function does not exist'),
      );
    });
  });
});
