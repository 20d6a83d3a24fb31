// APIs, quick create, tags and custom domain names: what each operation answers, and what it refuses.
import {
  CreateApiCommand,
  CreateApiMappingCommand,
  CreateDomainNameCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  DeleteStageCommand,
  GetApiCommand,
  GetApisCommand,
  GetDomainNameCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStageCommand,
  GetStagesCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayAws, startGateway, TestApi } from '../fixture.ts';
import { bad, conflict, facts, missing, refusal } from './answers.ts';

let aws: GatewayAws;
let fn: string;
let send: GatewayAws['gateway']['send'];
beforeAll(async () => {
  aws = await startGateway();
  fn = aws.arn('users');
  send = aws.gateway.send.bind(aws.gateway);
});
afterAll(() => aws?.stop());

describe('an API', () => {
  it('is created with the defaults of AWS, and answered with status 201', async () => {
    const created = await send(new CreateApiCommand({ Name: 'users', ProtocolType: 'HTTP' }));
    expect(created.$metadata.httpStatusCode).toBe(201);
    const { ApiId = '' } = created;
    expect(ApiId).toMatch(/^[a-z0-9]{10}$/);
    expect(facts(created)).toEqual({
      ApiEndpoint: `http://${ApiId}.execute-api.${aws.region}.localhost:${aws.port}`,
      ApiId,
      ApiKeySelectionExpression: '$request.header.x-api-key',
      CreatedDate: expect.any(Date),
      DisableExecuteApiEndpoint: false,
      Name: 'users',
      ProtocolType: 'HTTP',
      RouteSelectionExpression: '$request.method $request.path',
      Tags: {},
    });
    expect(facts(await send(new GetApiCommand({ ApiId })))).toEqual(facts(created));
    const { Items = [] } = await send(new GetApisCommand({}));
    expect(Items).toContainEqual(facts(created));
  });

  it('is deleted with its parts, with status 204', async () => {
    const api = await TestApi.live(aws);
    await api.route('GET /', await api.integration(fn));
    const { $metadata } = await send(new DeleteApiCommand({ ApiId: api.id }));
    expect($metadata.httpStatusCode).toBe(204);
    const gone = missing(`Invalid API identifier specified ${aws.account}:${api.id}`);
    for (const command of [
      new GetApiCommand({ ApiId: api.id }),
      new DeleteApiCommand({ ApiId: api.id }),
      new GetRoutesCommand({ ApiId: api.id }),
      new GetStageCommand({ ApiId: api.id, StageName: '$default' }),
    ]) {
      expect(await refusal(send(command as GetApiCommand))).toBe(gone);
    }
  });

  it('is updated member by member, and its CORS configuration as a whole', async () => {
    const CorsConfiguration = { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], MaxAge: 5 };
    const api = await TestApi.create(aws, { CorsConfiguration, Description: 'd', Version: '1' });
    const ApiId = api.id;
    const updated = await send(
      new UpdateApiCommand({
        ApiId,
        Description: '',
        CorsConfiguration: { AllowOrigins: ['*'], AllowHeaders: [] },
        DisableExecuteApiEndpoint: true,
      }),
    );
    expect(updated).toMatchObject({
      Version: '1',
      DisableExecuteApiEndpoint: true,
      CorsConfiguration: { AllowOrigins: ['*'] },
    });
    expect(updated.CorsConfiguration).toEqual({ AllowOrigins: ['*'] });
    expect(updated.Description).toBeUndefined();
    const { $metadata } = await send(new DeleteCorsConfigurationCommand({ ApiId }));
    expect($metadata.httpStatusCode).toBe(204);
    expect((await send(new GetApiCommand({ ApiId }))).CorsConfiguration).toBeUndefined();
  });

  it.each<[string, object, string]>([
    [
      'another protocol',
      { ProtocolType: 'FTP' },
      'Invalid protocol specified: FTP. Must be one of [HTTP, WEBSOCKET]',
    ],
    [
      'credentials of every origin',
      { CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials: true } },
      "allow-credentials is not supported if 'allow-origin' is *",
    ],
    [
      'an origin of another scheme',
      { CorsConfiguration: { AllowOrigins: ['capacitor://localhost'] } },
      'Invalid format for origin capacitor://localhost',
    ],
    [
      'another route selection',
      { RouteSelectionExpression: '$request.body.action' },
      `Route selection expression is currently limited to "\${request.method} \${request.path}"`,
    ],
    ['no name', { Name: '' }, 'Invalid API name specified'],
    [
      'tags of AWS',
      { Tags: { 'aws:x': 'y' } },
      'aws: prefixed tag key names are not allowed for external use.',
    ],
  ])('is not created with %s', async (_what, more, text) => {
    const command = new CreateApiCommand({ Name: 'n', ProtocolType: 'HTTP', ...more });
    expect(await refusal(send(command))).toBe(bad(text));
  });

  it('of the WebSocket protocol is refused in words', async () => {
    const command = new CreateApiCommand({ Name: 'n', ProtocolType: 'WEBSOCKET' });
    expect(await refusal(send(command))).toBe(
      'UnsupportedOperationException 501: apigatewayv2: WebSocket APIs are not supported locally (slsctl local)',
    );
  });

  it('comes in pages', async () => {
    for (let index = 0; index < 3; index++) await TestApi.create(aws);
    const all = (await send(new GetApisCommand({}))).Items ?? [];
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await send(new GetApisCommand({ MaxResults: '2', NextToken }));
      expect(page.Items?.length).toBeLessThanOrEqual(2);
      seen.push(...(page.Items ?? []).map(({ ApiId }) => ApiId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(seen).toEqual(all.map(({ ApiId }) => ApiId));
    expect(await refusal(send(new GetApisCommand({ NextToken: '?' })))).toBe(
      bad('Invalid NextToken specified'),
    );
  });
});

describe('quick create', () => {
  it('makes an integration, the route $default and the stage $default, all managed', async () => {
    const { ApiId } = await send(new CreateApiCommand({ Name: 'quick', ProtocolType: 'HTTP', Target: fn }));
    const [integration, ...more] = (await send(new GetIntegrationsCommand({ ApiId }))).Items ?? [];
    expect(more).toEqual([]);
    expect(integration).toEqual({
      ApiGatewayManaged: true,
      ConnectionType: 'INTERNET',
      IntegrationId: expect.stringMatching(/^[a-z0-9]+$/),
      IntegrationMethod: 'POST',
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: fn,
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 30_000,
    });
    expect((await send(new GetRoutesCommand({ ApiId }))).Items).toEqual([
      {
        ApiGatewayManaged: true,
        ApiKeyRequired: false,
        AuthorizationType: 'NONE',
        RouteId: expect.any(String),
        RouteKey: '$default',
        Target: `integrations/${integration?.IntegrationId}`,
      },
    ]);
    expect((await send(new GetStagesCommand({ ApiId }))).Items).toMatchObject([
      { ApiGatewayManaged: true, AutoDeploy: true, StageName: '$default' },
    ]);
  });

  it('takes a route key and a web address, and both can be updated', async () => {
    const { ApiId } = await send(
      new CreateApiCommand({
        Name: 'quick',
        ProtocolType: 'HTTP',
        Target: 'https://example.com',
        RouteKey: 'GET /pets',
      }),
    );
    const items = async () => [
      (await send(new GetIntegrationsCommand({ ApiId }))).Items?.[0],
      (await send(new GetRoutesCommand({ ApiId }))).Items?.[0],
    ];
    expect(await items()).toMatchObject([
      { IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'ANY', PayloadFormatVersion: '1.0' },
      { RouteKey: 'GET /pets' },
    ]);
    await send(new UpdateApiCommand({ ApiId, Target: fn, RouteKey: 'ANY /dogs' }));
    expect(await items()).toMatchObject([
      { IntegrationType: 'AWS_PROXY', IntegrationUri: fn, PayloadFormatVersion: '2.0' },
      { RouteKey: 'ANY /dogs' },
    ]);
  });
});

describe('tags', () => {
  it('are on APIs and stages, and the Tagging API finds them', async () => {
    const api = await TestApi.create(aws, { Tags: { team: 'red' } });
    await api.stage({ StageName: 'dev', Tags: { team: 'blue' } });
    const arn = `arn:aws:apigateway:${aws.region}::/apis/${api.id}`;
    for (const [ResourceArn, team] of [
      [arn, 'red'],
      [`${arn}/stages/dev`, 'blue'],
    ] as const) {
      await send(new TagResourceCommand({ ResourceArn, Tags: { more: 'x' } }));
      const tags = async () => (await send(new GetTagsCommand({ ResourceArn }))).Tags;
      expect(await tags()).toEqual({ team, more: 'x' });
      await send(new UntagResourceCommand({ ResourceArn, TagKeys: ['team'] }));
      expect(await tags()).toEqual({ more: 'x' });
    }
    expect((await send(new GetApiCommand({ ApiId: api.id }))).Tags).toEqual({ more: 'x' });
    const tagging = new ResourceGroupsTaggingAPIClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: aws.lambda.config.credentials,
    });
    const { ResourceTagMappingList: found = [] } = await tagging.send(
      new GetResourcesCommand({ TagFilters: [{ Key: 'more', Values: ['x'] }] }),
    );
    expect(found.map(({ ResourceARN }) => ResourceARN)).toEqual([arn, `${arn}/stages/dev`]);
  });

  it('of nothing are refused', async () => {
    const arn = `arn:aws:apigateway:${aws.region}::/apis/none`;
    expect(await refusal(send(new GetTagsCommand({ ResourceArn: arn })))).toBe(
      missing(`Invalid API identifier specified ${aws.account}:none`),
    );
  });
});

describe('a custom domain name', () => {
  const certificate = () => `arn:aws:acm:${aws.region}:${aws.account}:certificate/c`;

  it('has the name that its DNS record needs, and paths that lead to stages', async () => {
    const api = await TestApi.create(aws);
    await api.stage({ StageName: 'dev' });
    const DomainName = 'api.example.com';
    const created = await send(
      new CreateDomainNameCommand({
        DomainName,
        DomainNameConfigurations: [{ CertificateArn: certificate(), EndpointType: 'REGIONAL' }],
      }),
    );
    expect(created.$metadata.httpStatusCode).toBe(201);
    expect(created).toMatchObject({
      ApiMappingSelectionExpression: '$request.basepath',
      DomainName,
      DomainNameConfigurations: [
        {
          ApiGatewayDomainName: expect.stringMatching(/^d-[0-9a-f]{10}\.execute-api\./),
          CertificateArn: certificate(),
          DomainNameStatus: 'AVAILABLE',
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
        },
      ],
    });
    const mapping = { DomainName, ApiId: api.id, Stage: 'dev', ApiMappingKey: 'v1' };
    const mapped = await send(new CreateApiMappingCommand(mapping));
    expect(mapped.$metadata.httpStatusCode).toBe(201);
    expect(mapped).toMatchObject({ ApiId: api.id, Stage: 'dev', ApiMappingKey: 'v1' });
    expect(await refusal(send(new CreateApiMappingCommand(mapping)))).toBe(
      conflict('ApiMapping key already exists for this domain name'),
    );
    expect(await refusal(send(new DeleteStageCommand({ ApiId: api.id, StageName: 'dev' })))).toBe(
      bad('Deleting stages with associated API mappings is not allowed. Delete the API mappings first.'),
    );
    expect(await refusal(send(new GetDomainNameCommand({ DomainName: 'other.example.com' })))).toBe(
      missing('Invalid domain name identifier specified'),
    );
  });

  it('needs a certificate of its region', async () => {
    const CertificateArn = `arn:aws:acm:eu-west-3:${aws.account}:certificate/c`;
    const command = new CreateDomainNameCommand({
      DomainName: 'b.example.com',
      DomainNameConfigurations: [{ CertificateArn }],
    });
    expect(await refusal(send(command))).toBe(
      bad(`Invalid certificate ARN: ${CertificateArn}. Certificate must be in '${aws.region}'.`),
    );
  });
});
