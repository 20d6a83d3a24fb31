// A layer: publishes each change as a new version, and nothing when it is unchanged.
import {
  DeleteLayerVersionCommand,
  type LayerVersionsListItem,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  type PublishLayerVersionRequest,
  PublishLayerVersionRequest$,
  paginateListLayerVersions,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import type { LayerSettings } from '../../config/project.ts';
import type { Change, DeclaredResource, Named, Owner, Report } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import type { Package } from '../../packaging/package.ts';
import { absent } from '../absent.ts';
import { settingsOf } from '../api-shape.ts';
import type { CodeUploads } from '../code/location.ts';
import { differences } from '../compare.ts';
import { functionsThat } from '../function/live-functions.ts';
import { type Identity, OwnedResource } from '../owned/owned-resource.ts';
import { ownerName, ownershipTags, type Tags } from '../owned/ownership.ts';
import { dependencyDescription } from './dependency-layers.ts';
import { markedDescription, readMark } from './mark.ts';

export interface LiveLayer {
  /** Newest first, never empty, at most 50; AWS may have more. */
  versions: readonly [LayerVersionsListItem, ...LayerVersionsListItem[]];
}

export class LayerResource extends OwnedResource<LiveLayer> {
  readonly kind = 'layer';

  /** One request: the list has everything except the content's hash, and slsctl keeps that in the description. */
  protected async find(): Promise<LiveLayer | undefined> {
    const listed = await absent(() =>
      this.aws.lambda.send(new ListLayerVersionsCommand({ LayerName: this.name })),
    );
    const [newest, ...others] = newestFirst(listed?.LayerVersions ?? []);
    return newest && { versions: [newest, ...others] };
  }

  /** Removes all versions. Functions that use one keep it, but no other function can add it. */
  async remove(): Promise<void> {
    for (const { Version = 0 } of await this.versions()) await this.removeVersion(Version);
  }

  extent({ versions }: LiveLayer): string {
    return versions.length === 1 ? '1 version' : `${versions.length} versions`;
  }

  /** Functions whose $LATEST uses one of its versions. */
  users(): Promise<readonly Named[] | undefined> {
    return functionsThat(this.aws, ({ FunctionArn = '', Layers = [] }) => {
      const account = FunctionArn.split(':')[4];
      return Layers.some(({ Arn = '' }) => Arn.includes(`:${account}:layer:${this.name}:`));
    });
  }

  /** All versions, newest first. */
  async versions(): Promise<LayerVersionsListItem[]> {
    const pages = paginateListLayerVersions({ client: this.aws.lambda }, { LayerName: this.name });
    return newestFirst(await allItems(pages, ({ LayerVersions }) => LayerVersions));
  }

  /** Succeeds when the version is already deleted. */
  async removeVersion(version: number): Promise<void> {
    const input = { LayerName: this.name, VersionNumber: version };
    await absent(() => this.aws.lambda.send(new DeleteLayerVersionCommand(input)));
  }

  loss({ versions }: LiveLayer): string | undefined {
    if (readMark(versions[0].Description)?.description === dependencyDescription) return undefined;
    const all = versions.length === 1 ? 'its version' : `its ${versions.length} versions`;
    return `${all}; functions that have it keep it, but no other function can add it`;
  }

  /** The owner is in the description of the newest version. */
  protected marks({ versions: [newest] }: LiveLayer): Tags {
    const mark = readMark(newest.Description);
    return mark ? ownershipTags(mark) : {};
  }
}

export interface LayerOptions extends Identity {
  owner: Owner;
  /** undefined: the content is not compared. */
  zip?: Package;
  /** Needed with a package. */
  uploads?: CodeUploads;
  settings: LayerSettings;
}

export class DeclaredLayer extends LayerResource implements DeclaredResource<LiveLayer> {
  private readonly options: LayerOptions;

  constructor(aws: Aws, options: LayerOptions) {
    super(aws, options);
    this.options = options;
  }

  /** ARN of the newest version; undefined before the read, and while it differs from the declaration. */
  get arn(): string | undefined {
    if (!this.live || this.diff(this.live).length > 0) return undefined;
    return this.live.versions[0].LayerVersionArn;
  }

  diff(live: LiveLayer | undefined): Change[] {
    const { owner, zip, settings } = this.options;
    const { Description, ...others } = settings;
    const newest = live?.versions[0];
    const mark = readMark(newest?.Description);
    const wanted = (value: unknown) => (value === null ? '' : value);
    return [
      ...(live && this.otherOwner(live)
        ? [{ path: 'Owner', from: mark && ownerName(mark), to: ownerName(owner) }]
        : []),
      ...differences(zip?.sha256, mark?.sha256, 'CodeSha256'),
      ...differences(wanted(Description), mark?.description ?? newest?.Description, 'Description'),
      ...Object.entries(others).flatMap(([name, value]) =>
        differences(wanted(value), newest?.[name as keyof LayerVersionsListItem], name),
      ),
    ].map((change) => (change.to === '' ? { ...change, to: undefined } : change));
  }

  async apply(live: LiveLayer | undefined, _changes?: Change[], report?: Report): Promise<LiveLayer> {
    const { zip, uploads } = this.options;
    if (!zip || !uploads) throw new Error(`no content was prepared for layer ${this.name}`);
    const location = await uploads.locationOf(zip, report);
    const request = { ...this.request(zip.sha256, live?.versions[0]), Content: location };
    const { Content, ...published } = await this.aws.lambda.send(new PublishLayerVersionCommand(request));
    if (Content?.CodeSha256 !== undefined && Content.CodeSha256 !== zip.sha256) {
      throw new UserError(
        `AWS stored another content as layer ${this.name}, version ${published.Version}: its hash is ${Content.CodeSha256}, but the package has ${zip.sha256}`,
      );
    }
    this.live = { versions: [published, ...(live?.versions ?? [])] };
    return this.live;
  }

  /** An undeclared setting keeps the value of the newest version. */
  private request(sha256: string, newest?: LayerVersionsListItem): PublishLayerVersionRequest {
    const { owner, settings } = this.options;
    const kept: LayerSettings = {
      ...(newest && settingsOf(PublishLayerVersionRequest$, newest)),
      Description: readMark(newest?.Description)?.description ?? newest?.Description,
    };
    const { Description, ...others } = { ...kept, ...settings };
    const given = Object.entries(others).filter(([, value]) => value !== null && value !== '');
    return {
      ...Object.fromEntries(given),
      LayerName: this.name,
      Description: markedDescription({ ...owner, sha256, description: Description ?? '' }),
      Content: {},
    };
  }
}

function newestFirst(versions: readonly LayerVersionsListItem[]): LayerVersionsListItem[] {
  return versions.toSorted((a, b) => (b.Version ?? 0) - (a.Version ?? 0));
}
