// A declared Lambda function: creates and updates it in steps, waits for each step, and checks the revision.
import {
  CreateFunctionCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { FunctionSettings, Removals } from '../../config/project.ts';
import { forRevisions, forUpdates, lookUntil, tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import type { Package } from '../../packaging/package.ts';
import type { CodeLocation, CodeUploads } from '../code/location.ts';
import { differences } from '../compare.ts';
import type { Identity } from '../owned/owned-resource.ts';
import { changedTags, leavingTags, type Tags, tagChanges, withoutOwner } from '../owned/ownership.ts';
import { type Scope, wholeScope } from '../scope.ts';
import type { LinkedEnvironment } from '../things/environment.ts';
import { resetSettings } from './aws-defaults.ts';
import { FunctionResource } from './function-resource.ts';
import { ImageTag, taggedImage } from './image-tag.ts';
import {
  everySetting,
  type Layering,
  type LiveFunction,
  layersLeft,
  settingChanges,
  undeclaredVariables,
  updateRequest,
} from './settings.ts';
import {
  isOvertaken,
  isRoleRefusal,
  isSettled,
  overtaken,
  roleRefused,
  stateChanges,
  succeeded,
} from './state.ts';
import { usable } from './versions.ts';

/** The placeholder for a value that AWS decides during the deployment. */
export const knownAfterApply = '(known after apply)';

export interface FunctionOptions extends Identity, Layering {
  removals?: Removals;
  /** Includes the ownership tags. */
  tags: Tags;
  /** Further tags for the call that creates the function; they are not compared. */
  marks?: Tags;
  role: {
    /** undefined: not created yet. */
    arn(): string | undefined;
    /** The user supplies it. */
    given?: boolean;
    /** How long, in milliseconds, Lambda may refuse this role because it is new; 0: it is not new. */
    newness(arn: string | undefined): Promise<number>;
  };
  /** ARN of the version of a layer of the project; undefined: not published yet. */
  layerArn?(name: string): string | undefined;
  /** Variables that name things of the project. */
  environment?: LinkedEnvironment;
  /** undefined: the code is not compared. */
  zip?: Package;
  /** Needed with a package. */
  uploads?: CodeUploads;
  /** URI of a container image, instead of a package. */
  image?: string;
  /** Sends the URI of the image again when nobody can tell whether its tag has moved. */
  resendsImage?: boolean;
  codeSigningConfigArn?: string;
  /** The fields to compare and change; default: all. */
  scope?: Scope;
  prune?: boolean;
  /** An alias follows the deployments: publish a version in the call that creates the function or updates its code. */
  publishes?: boolean;
}

export class DeclaredFunction extends FunctionResource implements DeclaredResource<LiveFunction> {
  private readonly options: FunctionOptions;
  private readonly scope: Scope;
  /** Absent when the function has a package, or an image with a digest. */
  private readonly imageTag: ImageTag | undefined;
  /** This run has sent the URI of the image, so Lambda has the image that the tag names. */
  private imageSent = false;
  /** The version that this run published of the current function. */
  private published: Promise<string> | undefined;
  /** The number of that version, once it is known. */
  version: string | undefined;

  constructor(aws: Aws, options: FunctionOptions) {
    super(aws, options);
    this.options = options;
    this.scope = options.scope ?? wholeScope;
    const tagged = options.image === undefined ? undefined : taggedImage(options.image);
    this.imageTag = tagged && this.scope.compares('ImageUri') ? new ImageTag(aws, tagged) : undefined;
  }

  protected override async find(): Promise<LiveFunction | undefined> {
    const { environment } = this.options;
    const [live] = await Promise.all([super.find(), this.imageTag?.look(), environment?.ready()]);
    return live;
  }

  /** Whether the deployment changes something that is part of a version. */
  get pending(): boolean {
    const apart = ['Tags', 'Description', 'State', 'LastUpdateStatus'];
    return this.diff(this.live).some(({ path }) => !apart.includes(path.split('.')[0] as string));
  }

  /** The declared settings, with ARNs for the layers of the project, and names of its things in the environment. */
  private declared(): FunctionSettings {
    const { settings, layerArn, environment } = this.options;
    const Variables = environment?.variables ?? {};
    const Layers = settings.Layers?.map((one) =>
      one.startsWith('arn:') ? one : (layerArn?.(one) ?? `${one} ${knownAfterApply}`),
    );
    return {
      ...settings,
      ...(Layers ? { Layers } : {}),
      ...(Object.keys(Variables).length > 0 ? { Environment: { Variables } } : {}),
    };
  }

  /** The declared settings, plus detached layers and settings reset to AWS's defaults. */
  private settings(live: LiveFunction): FunctionSettings {
    const { removals } = this.options;
    const reset = resetSettings(this.name, removals?.settings);
    return { ...this.declared(), ...layersLeft(live, this.options), ...reset };
  }

  diff(live: LiveFunction | undefined): Change[] {
    return this.differences(live).filter(({ path }) => this.scope.compares(path));
  }

  private differences(live: LiveFunction | undefined): Change[] {
    const { zip, tags, role, removals, image, environment } = this.options;
    const settings = live ? this.settings(live) : this.declared();
    const foreign = live !== undefined && this.foreign(live) !== undefined;
    // AWS cannot turn an image function into a zip function, so it is replaced.
    const PackageType = zip && live?.configuration.PackageType === 'Image' ? ('Zip' as const) : undefined;
    return [
      ...differences(role.arn() ?? knownAfterApply, live?.configuration.Role, 'Role'),
      ...settingChanges(PackageType ? { ...settings, PackageType } : settings, live, this.leaving(live)).map(
        (change) => environment?.shown(change) ?? change,
      ),
      ...differences(zip?.sha256, live?.configuration.CodeSha256, 'CodeSha256'),
      ...differences(image, live?.imageUri, 'ImageUri'),
      ...this.movedTag(live),
      ...stateChanges(live),
      ...tagChanges(foreign ? withoutOwner(tags) : tags, live?.tags, removals?.tags, {
        marks: live && this.takenOver(live),
      }),
    ];
  }

  /** The change for a tag that names another image than the live one, though the URI is the same. */
  private movedTag(live: LiveFunction | undefined): Change[] {
    const { image, resendsImage } = this.options;
    if (!live || !this.imageTag || this.imageSent || live.imageUri !== image) return [];
    const { name, digest } = this.imageTag;
    const path = `ImageUri.${name}`;
    const from = live.imageDigest;
    if (digest !== undefined && from !== undefined) {
      return digest === from ? [] : [{ path, from, to: digest }];
    }
    return resendsImage ? [{ path, from, to: '(sent again)' }] : [];
  }

  /** Names of the live environment variables to remove. */
  private leaving(live: LiveFunction | undefined): string[] {
    const { prune, removals } = this.options;
    const named = removals?.variables ?? [];
    const all = prune || named === 'all';
    return undeclaredVariables(this.declared(), live).filter((key) => all || named.includes(key));
  }

  notes(live: LiveFunction): string[] {
    if (!this.scope.whole) return this.tagNotes();
    const leaving = this.leaving(live);
    const kept = undeclaredVariables(this.declared(), live)
      .filter((key) => !leaving.includes(key))
      .map((key) => `Environment.Variables.${key} is live but not declared; kept (--prune removes it)`);
    return [...kept, ...this.tagNotes()];
  }

  private tagNotes(): string[] {
    const { name, unknown } = this.imageTag ?? {};
    if (unknown === undefined || this.options.resendsImage) return [];
    return [
      `the image behind the tag ${name} is not compared (${unknown}); ` +
        'deploy --rebuild sends the URI again, and a digest in the URI needs no comparison',
    ];
  }

  /** The environment variables after these changes, kept live ones included; undefined: they do not change. */
  environmentAfter(live: LiveFunction, changes: readonly Change[]): Record<string, string> | undefined {
    return updateRequest(this.settings(live), live, changes).Environment?.Variables;
  }

  async apply(live: LiveFunction | undefined, changes: Change[], report?: Report): Promise<LiveFunction> {
    const failed = live?.configuration.State === 'Failed';
    if (!this.scope.whole && (!live || failed)) {
      throw new UserError(
        `function ${this.name} ${failed ? 'could not be created' : 'does not exist'}: there is nothing to change`,
        exitCodes.failed,
        { reason: live?.configuration.StateReason, next: { command: 'deploy' } },
      );
    }
    this.options.environment?.refuseMissing(this.name, changes);
    this.published = undefined;
    this.version = undefined;
    // A function whose creation failed has never run, and AWS refuses every update of it.
    if (failed || changes.some(({ replace }) => replace)) {
      await this.remove(live, report);
      return this.create(report);
    }
    return live ? this.update(live, changes, report) : this.create(report);
  }

  private async create(report?: Report): Promise<LiveFunction> {
    const { tags, marks, role, codeSigningConfigArn, publishes } = this.options;
    const input = {
      ...this.declared(),
      FunctionName: this.name,
      Role: role.arn(),
      Code: await this.code(report),
      Tags: { ...tags, ...marks },
      CodeSigningConfigArn: codeSigningConfigArn,
      Publish: publishes || undefined,
    };
    const created = await this.withRole(() => this.aws.lambda.send(new CreateFunctionCommand(input)), report);
    this.imageSent = true;
    return this.settledAs(publishes ? created.Version : undefined, report);
  }

  /** Waits for the function, and for the version published with the change. */
  private async settledAs(version: string | undefined, report?: Report): Promise<LiveFunction> {
    if (version === undefined) return this.settled(report);
    this.published = usable(this.aws, this.name, version, report).then(() => version);
    const [live] = await Promise.all([this.settled(report), this.published]);
    this.version = version;
    return live;
  }

  /** The version of the current function, published now unless this run already did. */
  async publishedVersion(report?: Report): Promise<string> {
    this.published ??= this.publish(report).catch((error) => {
      this.published = undefined;
      throw error;
    });
    this.version = await this.published;
    return this.version;
  }

  /** Publishes a version; when nothing changed, Lambda answers the existing one. */
  private async publish(report?: Report): Promise<string> {
    const FunctionName = this.name;
    const published = await this.unchanged(
      { before: this.live as LiveFunction, half: false, report },
      ({ configuration: { CodeSha256, RevisionId } }) =>
        this.aws.lambda.send(new PublishVersionCommand({ FunctionName, CodeSha256, RevisionId })),
    );
    const version = published.Version ?? '';
    if (published.State === 'Pending') await usable(this.aws, FunctionName, version, report);
    return version;
  }

  private async update(live: LiveFunction, changes: Change[], report?: Report): Promise<LiveFunction> {
    const { lambda } = this.aws;
    const { tags, role, publishes } = this.options;
    const settings = this.settings(live);
    const FunctionName = this.name;
    const changed = new Set(changes.map(({ path }) => path.split('.')[0]));
    let now = isSettled(live) ? live : await this.settled(report);

    const failed = live.configuration.LastUpdateStatus === 'Failed';
    const again = failed ? everySetting(settings).filter(({ path }) => this.scope.compares(path)) : [];
    const request = updateRequest(settings, now, [...again, ...changes]);
    if (changed.has('Role')) request.Role = role.arn();
    if (Object.keys(request).length > 0) {
      const updated = await this.unchanged(
        { before: now, half: false, report },
        ({ configuration: { RevisionId } }) => {
          const input = { ...request, FunctionName, RevisionId };
          return this.withRole(() => lambda.send(new UpdateFunctionConfigurationCommand(input)), report);
        },
      );
      const before = { ...now, configuration: updated };
      now = await this.settled(report);
      // AWS changes the revision again when the update settles, so compare the content, not the revision.
      const conflict = overtaken({ name: this.name, before, now, half: true });
      if (conflict) throw conflict;
    }
    if (['CodeSha256', 'ImageUri', 'Architectures'].some((path) => changed.has(path))) {
      const { Architectures } = settings;
      const code = await this.code(report);
      const Publish = publishes || undefined;
      const updated = await this.unchanged(
        { before: now, half: Object.keys(request).length > 0, report },
        ({ configuration: { RevisionId } }) => {
          const input = { FunctionName, ...code, Architectures, RevisionId, Publish };
          return lambda.send(new UpdateFunctionCodeCommand(input));
        },
      );
      this.imageSent = true;
      now = await this.settledAs(publishes ? updated.Version : undefined, report);
    }
    if (!changed.has('Tags')) return now;
    // Tags come last, because tagging makes a new revision.
    const Resource = now.configuration.FunctionArn;
    const Tags = changedTags(tags, changes, live.tags);
    const TagKeys = leavingTags(changes);
    if (Object.keys(Tags).length > 0) await lambda.send(new TagResourceCommand({ Resource, Tags }));
    if (TagKeys.length > 0) await lambda.send(new UntagResourceCommand({ Resource, TagKeys }));
    return this.settled(report);
  }

  private async code(report?: Report): Promise<{ ImageUri: string } | CodeLocation> {
    const { zip, image, uploads } = this.options;
    if (image !== undefined) return { ImageUri: image };
    if (!zip || !uploads) throw new Error(`no code was prepared for function ${this.name}`);
    return uploads.locationOf(zip, report);
  }

  /**
   * Makes a change on condition that the function has the revision of `before`. This deployment's own changes (tags,
   * permissions) make new revisions too: while the content stays the same, the change is repeated with the new revision.
   * Rejects with a UserError when another deployment or user changed the content.
   */
  private async unchanged<T>(
    { before, half, report }: { before: LiveFunction; half: boolean; report?: Report },
    change: (now: LiveFunction) => Promise<T>,
  ): Promise<T> {
    let current = before;
    const sameContent = async (cause: unknown) => {
      if (!isOvertaken(cause)) return false;
      const now = await this.quiet(report);
      const conflict = overtaken({ name: this.name, before, now, half, cause });
      if (conflict || !now) throw conflict;
      current = now;
      return true;
    };
    return tryWhile(() => change(current), sameContent, {
      ...forRevisions,
      onWait: waiting(report, 'the last revision'),
    });
  }

  /** Retries while Lambda does not yet accept a new role. */
  private async withRole<T>(call: () => Promise<T>, report?: Report): Promise<T> {
    const { role } = this.options;
    const began = performance.now();
    const arn = role.arn() ?? this.configuration?.Role;
    let newness: Promise<number> | undefined;
    const isTooNew = async (error: unknown) => {
      if (!isRoleRefusal(error)) return false;
      newness ??= role.newness(arn);
      return performance.now() - began < (await newness);
    };
    const onWait = (elapsed: number) =>
      report?.(`waiting until Lambda may use the role, ${Math.round(elapsed / 1000)} s`);
    try {
      const budget = Number.POSITIVE_INFINITY;
      return await tryWhile(call, isTooNew, { budget, first: 500, longest: 2000, onWait });
    } catch (error) {
      if (!isRoleRefusal(error)) throw error;
      const isNew = (await newness) !== 0;
      throw roleRefused(error, { name: this.name, arn, isNew, given: role.given });
    }
  }

  /** Waits until AWS has finished its background work, and checks the result. */
  private async settled(report?: Report): Promise<LiveFunction> {
    const live = await lookUntil(
      () => this.read(),
      (live) => live !== undefined && isSettled(live),
      { ...forUpdates, onWait: waiting(report, 'AWS') },
    );
    return succeeded(this.name, live);
  }

  /** The function after AWS's background work; undefined: it does not exist. */
  private quiet(report?: Report): Promise<LiveFunction | undefined> {
    return lookUntil(
      () => this.read(),
      (live) => live === undefined || isSettled(live),
      { ...forUpdates, onWait: waiting(report, 'AWS') },
    );
  }
}
