// An authorizer of the project's API: JSON Web Tokens of an issuer, or a function that decides.
import type { Authorizer } from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../../aws/aws.ts';
import type { AuthorizerFile } from '../../config/apis/api.ts';
import type { Change, DeclaredResource, Elsewhere, Report, Resource } from '../../engine/resource.ts';
import { differences } from '../compare.ts';
import { shown } from '../things/thing.ts';
import { apiCalls, type HttpApiResource } from './http-api.ts';

const partCalls = () => import('./part-calls.ts');

const mark = 'slsctl.';

/** The name on AWS. Authorizers have no tags: this one says that slsctl made it. */
export function authorizerName(key: string): string {
  return `${mark}${key}`;
}

/** Whether slsctl gives such names. */
export function isMarked({ Name = '' }: Authorizer): boolean {
  return Name.startsWith(mark);
}

export class AuthorizerResource implements Resource<Authorizer> {
  readonly kind = 'authorizer';
  readonly name: string;
  readonly partOf: HttpApiResource;
  readonly outlives: readonly Resource[];
  protected readonly aws: Aws;
  /** In slsctl.yml. */
  readonly key: string;
  private live: Authorizer | undefined;
  private reading: Promise<Authorizer | undefined> | undefined;

  /** `outlives`: the routes that may use it. */
  constructor(aws: Aws, api: HttpApiResource, key: string, outlives: readonly Resource[] = []) {
    this.aws = aws;
    this.partOf = api;
    this.key = key;
    this.name = `${key} of ${api.name}`;
    this.outlives = outlives;
  }

  get needs(): readonly Resource[] {
    return [this.partOf];
  }

  /** Concurrent reads share one answer. */
  read(): Promise<Authorizer | undefined> {
    this.reading ??= this.look().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async look(): Promise<Authorizer | undefined> {
    const id = await this.partOf.knownId();
    const { readAuthorizers } = await apiCalls();
    const all = id === undefined ? [] : await readAuthorizers(this.aws, id);
    this.live = all.find(({ Name }) => Name === authorizerName(this.key));
    return this.live;
  }

  /** undefined: it is not there, or nobody has read it. */
  get id(): string | undefined {
    return this.live?.AuthorizerId;
  }

  foreign(): string | undefined {
    return this.partOf.foreignReason && 'the API belongs to another owner';
  }

  createdElsewhere(): Elsewhere | undefined {
    return this.partOf.foundElsewhere;
  }

  async remove({ AuthorizerId = '' }: Authorizer): Promise<void> {
    const { deleteAuthorizer } = await partCalls();
    const id = await this.partOf.knownId();
    if (id !== undefined) await deleteAuthorizer(this.aws, id, AuthorizerId);
  }
}

/** The function of an authorizer. */
export interface AuthorizerFunction {
  /** ARN, with the alias. */
  readonly arn: string;
  /** The function, the alias. */
  readonly needs: readonly Resource[];
}

export class DeclaredAuthorizer extends AuthorizerResource implements DeclaredResource<Authorizer> {
  private readonly declared: AuthorizerFile;
  private readonly functionOf: () => AuthorizerFunction | undefined;

  /** `functionOf` is asked when all functions are known. */
  constructor(
    aws: Aws,
    api: HttpApiResource,
    key: string,
    { declared, functionOf }: { declared: AuthorizerFile; functionOf(): AuthorizerFunction | undefined },
  ) {
    super(aws, api, key);
    this.declared = declared;
    this.functionOf = functionOf;
  }

  override get needs(): readonly Resource[] {
    return [this.partOf, ...(this.functionOf()?.needs ?? [])];
  }

  /** How routes name its kind. */
  get type(): 'JWT' | 'CUSTOM' {
    return this.declared.jwt ? 'JWT' : 'CUSTOM';
  }

  private wanted(live: Authorizer | undefined) {
    const { jwt, identitySource, authorizerPayloadFormatVersion: format = '2.0' } = this.declared;
    const { enableSimpleResponses, authorizerResultTtlInSeconds } = this.declared;
    const source = [identitySource ?? '$request.header.Authorization'].flat();
    if (jwt) {
      return {
        AuthorizerType: 'JWT' as const,
        IdentitySource: source,
        JwtConfiguration: { Issuer: jwt.issuer, Audience: jwt.audience },
      };
    }
    const uri = `arn:${this.partition}:apigateway:${this.aws.region}:lambda:path/2015-03-31/functions/${this.functionOf()?.arn}/invocations`;
    return {
      AuthorizerType: 'REQUEST' as const,
      IdentitySource: source,
      AuthorizerUri: uri,
      AuthorizerPayloadFormatVersion: format,
      EnableSimpleResponses: enableSimpleResponses ?? format === '2.0',
      AuthorizerResultTtlInSeconds: authorizerResultTtlInSeconds ?? live?.AuthorizerResultTtlInSeconds ?? 300,
    };
  }

  private get partition(): string {
    return this.partOf.arn.split(':')[1] ?? 'aws';
  }

  diff(live: Authorizer | undefined): Change[] {
    const { AuthorizerType, AuthorizerResultTtlInSeconds: ttl, ...wanted } = this.wanted(live) as Authorizer;
    const changed = live !== undefined && live.AuthorizerType !== AuthorizerType;
    return [
      // Another type is another authorizer: AWS has no way back from a JWT configuration.
      ...(live?.AuthorizerType === AuthorizerType
        ? []
        : [{ path: 'AuthorizerType', from: live?.AuthorizerType, to: AuthorizerType }]),
      ...(ttl === undefined || ttl === live?.AuthorizerResultTtlInSeconds
        ? []
        : [{ path: 'AuthorizerResultTtlInSeconds', from: live?.AuthorizerResultTtlInSeconds, to: ttl }]),
      ...differences(wanted, changed ? undefined : live, ''),
    ];
  }

  async apply(live: Authorizer | undefined, _changes: Change[], report?: Report): Promise<Authorizer> {
    const { createAuthorizer, updateAuthorizer } = await partCalls();
    const ApiId = (await this.partOf.knownId()) as string;
    const wanted = this.wanted(live);
    if (!live) await createAuthorizer(this.aws, { ApiId, Name: authorizerName(this.key), ...wanted });
    else await updateAuthorizer(this.aws, { ApiId, AuthorizerId: live.AuthorizerId, ...wanted });
    return (await shown(this, 'API Gateway', { report })) as Authorizer;
  }
}
