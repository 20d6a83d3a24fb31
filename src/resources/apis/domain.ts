// A domain name of the project's API: the name itself, and its mapping to the stage.
import type { ApiMapping, GetDomainNameResponse } from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../../aws/aws.ts';
import type { ApiFile } from '../../config/apis/api.ts';
import { certificateProblem } from '../../config/apis/problems.ts';
import type { Change, DeclaredResource, Elsewhere, Report, Resource } from '../../engine/resource.ts';
import { type Identity, OwnedResource } from '../owned/owned-resource.ts';
import { changedTags, leavingTags, type Tags, tagChanges, withoutOwner } from '../owned/ownership.ts';
import { shown } from '../things/thing.ts';
import type { Checked, FileProblem } from '../triggers/problem.ts';
import { apiCalls, type HttpApiResource } from './http-api.ts';
import { stageName } from './stage.ts';

const partCalls = () => import('./part-calls.ts');

type DomainFile = NonNullable<ApiFile['domain']>;

export class DomainResource extends OwnedResource<GetDomainNameResponse> {
  readonly kind = 'domain name';
  /** One that others manage works too: only its mapping is the project's. */
  readonly optional = true;

  protected async find(): Promise<GetDomainNameResponse | undefined> {
    return (await partCalls()).readDomain(this.aws, this.name);
  }

  /** The name to which DNS must point; undefined: it is not there yet. */
  get target(): string | undefined {
    return this.live?.DomainNameConfigurations?.[0]?.ApiGatewayDomainName;
  }

  loss(): string {
    return `the address https://${this.name}`;
  }

  /** Its mappings go with it. */
  async remove(): Promise<void> {
    await (await partCalls()).deleteDomain(this.aws, this.name);
  }

  protected marks({ Tags = {} }: GetDomainNameResponse): Tags {
    return Tags;
  }
}

interface DomainSettings extends Identity {
  declared: DomainFile;
  tags: Tags;
}

export class DeclaredDomain
  extends DomainResource
  implements DeclaredResource<GetDomainNameResponse>, Checked
{
  private readonly settings: DomainSettings;

  constructor(aws: Aws, settings: DomainSettings) {
    super(aws, settings);
    this.settings = settings;
  }

  get problems(): FileProblem[] {
    const sentence = certificateProblem(this.settings.declared.certificateArn, this.aws.region);
    return sentence === undefined ? [] : [{ path: ['api', 'domain', 'certificateArn'], sentence }];
  }

  private get wanted() {
    const { certificateArn, securityPolicy, ipAddressType } = this.settings.declared;
    return {
      CertificateArn: certificateArn,
      SecurityPolicy: securityPolicy,
      IpAddressType: ipAddressType,
    };
  }

  diff(live: GetDomainNameResponse | undefined): Change[] {
    const [now] = live?.DomainNameConfigurations ?? [];
    const wanted = { ...this.wanted, ...(live ? {} : { EndpointType: 'REGIONAL' }) };
    const { tags } = this.settings;
    const foreign = live !== undefined && this.foreign(live) !== undefined;
    return [
      ...Object.entries(wanted).flatMap(([name, to]) => {
        const from = now?.[name as keyof typeof now];
        return to === undefined || to === from ? [] : [{ path: name, from, to }];
      }),
      ...tagChanges(foreign ? withoutOwner(tags) : tags, live?.Tags, [], {
        marks: live !== undefined && this.takenOver(live),
      }),
    ];
  }

  async apply(
    live: GetDomainNameResponse | undefined,
    changes: Change[],
    report?: Report,
  ): Promise<GetDomainNameResponse> {
    const { createDomain, updateDomain } = await partCalls();
    const { tag, tagArn } = await apiCalls();
    const { tags } = this.settings;
    const [now] = live?.DomainNameConfigurations ?? [];
    const { CertificateArn, SecurityPolicy = now?.SecurityPolicy ?? 'TLS_1_2', IpAddressType } = this.wanted;
    const configuration = {
      ...{ CertificateArn, SecurityPolicy, EndpointType: now?.EndpointType ?? 'REGIONAL' },
      IpAddressType: IpAddressType ?? now?.IpAddressType,
    };
    const request = { DomainName: this.name, DomainNameConfigurations: [configuration] };
    if (!live) await createDomain(this.aws, { ...request, Tags: tags });
    else {
      if (changes.some(({ path }) => !path.startsWith('Tags.'))) await updateDomain(this.aws, request);
      const arn = tagArn(this.aws, `domainnames/${this.name}`);
      await tag(this.aws, arn, changedTags(tags, changes, live.Tags), leavingTags(changes));
    }
    return (await shown(this, 'API Gateway', { report })) as GetDomainNameResponse;
  }
}

/** A mapping to the API, known by its key: the path under the domain name. */
export class MappingResource implements Resource<ApiMapping> {
  readonly kind = 'API mapping';
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly ownedWith: HttpApiResource;
  readonly domain: string;
  protected readonly aws: Aws;
  protected readonly key: string;
  private elsewhere: string | undefined;

  constructor(aws: Aws, api: HttpApiResource, domain: string, key: string, needs: readonly Resource[] = []) {
    this.aws = aws;
    this.ownedWith = api;
    this.domain = domain;
    this.key = key;
    this.name = `${domain}/${key} to ${api.name}`;
    this.needs = [api, ...needs];
  }

  async read(): Promise<ApiMapping | undefined> {
    const { readMappings } = await partCalls();
    const all = await readMappings(this.aws, this.domain);
    const live = all.find(({ ApiMappingKey = '' }) => ApiMappingKey.replace('(none)', '') === this.key);
    this.elsewhere = live && (await this.otherApi(live));
    return live;
  }

  /** Why the mapping leads to an API that is not the project's; an API that is gone is nobody's. */
  private async otherApi({ ApiId }: ApiMapping): Promise<string | undefined> {
    if (ApiId === (await this.ownedWith.knownId())) return undefined;
    const { listApis } = await apiCalls();
    const other = (await listApis(this.aws, undefined)).find((one) => one.ApiId === ApiId);
    const reason = other && this.ownedWith.foreign(other);
    return (
      reason && `https://${this.domain}/${this.key} leads to the API ${other.Name} (${ApiId}): ${reason}`
    );
  }

  foreign(live?: ApiMapping): string | undefined {
    if (this.ownedWith.foreignReason) return 'the API belongs to another owner';
    return live && this.elsewhere;
  }

  createdElsewhere(): Elsewhere | undefined {
    return this.ownedWith.foundElsewhere;
  }

  async remove({ ApiMappingId = '' }: ApiMapping): Promise<void> {
    await (await partCalls()).deleteMapping(this.aws, this.domain, ApiMappingId);
  }
}

export class DeclaredMapping extends MappingResource implements DeclaredResource<ApiMapping> {
  diff(live: ApiMapping | undefined): Change[] {
    const { id } = this.ownedWith;
    return [
      ...(live?.ApiId !== undefined && live.ApiId === id
        ? []
        : [{ path: 'ApiId', from: live?.ApiId, to: id ?? this.ownedWith.name }]),
      ...(live?.Stage === stageName ? [] : [{ path: 'Stage', from: live?.Stage, to: stageName }]),
    ];
  }

  async apply(live: ApiMapping | undefined, _changes: Change[], report?: Report): Promise<ApiMapping> {
    const { putMapping } = await partCalls();
    const ApiId = (await this.ownedWith.knownId()) as string;
    const request = { ApiId, DomainName: this.domain, Stage: stageName, ApiMappingKey: this.key };
    await putMapping(this.aws, request, live?.ApiMappingId);
    return (await shown(this, 'API Gateway', { report })) as ApiMapping;
  }
}
