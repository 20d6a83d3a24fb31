// An HTTP API that the project makes for its `http` triggers: known by its name and its tags, since its id is random.
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import type { ApiFile } from '../../config/apis/api.ts';
import type { Names } from '../../config/project.ts';
import type { Change, DeclaredResource, Owner, Report } from '../../engine/resource.ts';
import { arnIn } from '../arn.ts';
import { differences, removals } from '../compare.ts';
import { type Adoption, adopts } from '../owned/adoption.ts';
import { type Identity, OwnedResource } from '../owned/owned-resource.ts';
import { changedTags, leavingTags, ownerIn, type Tags, tagChanges } from '../owned/ownership.ts';
import { shown } from '../things/thing.ts';
import type { LiveApi } from './live.ts';

export const apiCalls = () => import('./calls.ts');

/** Stands for the id of an API that is not there yet. */
const idAfterApply = '(known after apply)';

/** API Gateway takes several APIs of one name: the owner's oldest counts, then one to take over, then any. */
function chosen(
  apis: readonly LiveApi[],
  name: string,
  owner: Owner | undefined,
  adopt: Adoption,
): LiveApi | undefined {
  const rank = ({ Tags = {} }: LiveApi) => {
    const marked = ownerIn(Tags);
    if (marked?.project === owner?.project && marked?.stage === owner?.stage && marked) return 0;
    return adopts(adopt, marked) ? 1 : 2;
  };
  const age = ({ CreatedDate }: LiveApi) => Number(CreatedDate ?? 0);
  const [first] = apis
    .filter(({ Name, ProtocolType }) => Name === name && ProtocolType === 'HTTP')
    .toSorted((a, b) => rank(a) - rank(b) || age(a) - age(b));
  return first;
}

export class HttpApiResource extends OwnedResource<LiveApi> {
  readonly kind = 'HTTP API';
  private readonly adoption: Adoption;

  constructor(aws: Aws, identity: Identity) {
    super(aws, identity);
    this.adoption = identity.adopt ?? {};
  }

  protected async find(): Promise<LiveApi | undefined> {
    const { listApis } = await apiCalls();
    return chosen(await listApis(this.aws, undefined), this.name, this.owner, this.adoption);
  }

  /** undefined: it is not there, or nobody has read it. */
  get id(): string | undefined {
    return this.live?.ApiId;
  }

  /** The id, of this read or the one before; undefined: it is not there. */
  async knownId(): Promise<string | undefined> {
    return (await this.known())?.ApiId;
  }

  /** `https://…`, without a slash at its end. */
  get endpoint(): string | undefined {
    return this.live?.ApiEndpoint;
  }

  /** The ARN that begins those of its requests. */
  get arn(): string {
    return arnIn(this.aws, 'execute-api', this.id ?? idAfterApply);
  }

  loss({ ApiEndpoint }: LiveApi): string {
    return `the address ${ApiEndpoint}; callers get errors`;
  }

  extent({ ApiEndpoint }: LiveApi): string {
    return `its address ${ApiEndpoint}`;
  }

  removal({ Name, ApiEndpoint }: LiveApi): Change[] {
    return [
      { path: 'Name', from: Name, to: undefined },
      { path: 'ApiEndpoint', from: ApiEndpoint, to: undefined },
    ];
  }

  /** Its routes, integrations, stages and authorizers go with it. */
  async remove({ ApiId = '' }: LiveApi): Promise<void> {
    await (await apiCalls()).deleteApi(this.aws, ApiId);
  }

  protected marks({ Tags = {} }: LiveApi): Tags {
    return Tags;
  }
}

export interface HttpApiSettings extends Identity {
  owner: Owner;
  api: ApiFile;
  /** Includes the ownership tags. */
  tags: Tags;
  leavingTags?: Names;
}

/** Fields of `api:` that CreateApi takes under the same names. */
const own = ['description', 'version', 'disableExecuteApiEndpoint', 'ipAddressType'] as const;

export class DeclaredHttpApi extends HttpApiResource implements DeclaredResource<LiveApi> {
  private readonly settings: HttpApiSettings;

  constructor(aws: Aws, settings: HttpApiSettings) {
    super(aws, settings);
    this.settings = settings;
  }

  private get members(): Record<string, unknown> {
    const { api } = this.settings;
    return apiNames(Object.fromEntries(own.map((name) => [name, api[name]])));
  }

  diff(live: LiveApi | undefined): Change[] {
    const { api, tags, leavingTags: leaving } = this.settings;
    const cors = api.cors;
    return [
      ...(live ? [] : [{ path: 'Name', from: undefined, to: this.name }]),
      ...Object.entries(this.members).flatMap(([path, to]) =>
        differences(to, live?.[path as keyof LiveApi], path),
      ),
      ...(cors === null
        ? removals(live?.CorsConfiguration, 'CorsConfiguration')
        : differences(apiNames(cors), live?.CorsConfiguration, 'CorsConfiguration')),
      // The routes of the project need an API of its own: one of another owner is never as declared.
      ...tagChanges(tags, live?.Tags, leaving, {
        marks: live !== undefined && this.takenOver(live),
      }),
    ];
  }

  notes({ CorsConfiguration, DisableExecuteApiEndpoint }: LiveApi): string[] {
    const { cors, disableExecuteApiEndpoint } = this.settings.api;
    const kept = 'is live but not declared; kept (null removes it)';
    return [
      ...(CorsConfiguration && cors === undefined ? [`CorsConfiguration ${kept}`] : []),
      ...(DisableExecuteApiEndpoint && disableExecuteApiEndpoint === undefined
        ? [`DisableExecuteApiEndpoint ${kept}`]
        : []),
    ];
  }

  async apply(live: LiveApi | undefined, changes: Change[], report?: Report): Promise<LiveApi> {
    const { createApi, deleteCors, tag, tagArn, updateApi } = await apiCalls();
    const { api, tags } = this.settings;
    const members = Object.fromEntries(
      Object.entries(this.members).flatMap(([name, value]) =>
        value === undefined || (value === null && !live) ? [] : [[name, value ?? cleared[name]]],
      ),
    );
    const cors = api.cors ? { ...live?.CorsConfiguration, ...apiNames(api.cors) } : undefined;
    if (!live) {
      const request = { Name: this.name, ProtocolType: 'HTTP' as const, ...members, Tags: tags };
      // The answer is the new API; a list may show it later.
      this.live = await createApi(this.aws, { ...request, CorsConfiguration: cors });
      this.live.Tags ??= tags;
      return this.live;
    }
    const ApiId = live.ApiId as string;
    const isChanged = (pattern: RegExp) => changes.some(({ path }) => pattern.test(path));
    if (api.cors === null && isChanged(/^CorsConfiguration/)) await deleteCors(this.aws, ApiId);
    if (isChanged(/^(?!Tags\.|CorsConfiguration)/) || (cors && isChanged(/^CorsConfiguration/))) {
      await updateApi(this.aws, { ApiId, ...members, ...(cors ? { CorsConfiguration: cors } : {}) });
    }
    await tag(
      this.aws,
      tagArn(this.aws, `apis/${ApiId}`),
      changedTags(tags, changes, live.Tags),
      leavingTags(changes),
    );
    return (await shown(this, 'API Gateway', { report })) ?? live;
  }
}

/** Values that set a member back. */
const cleared: Record<string, unknown> = { Description: '', Version: '', DisableExecuteApiEndpoint: false };
