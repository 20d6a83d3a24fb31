// A Lambda function: created, changed a step at a time, each step waited for and checked by revision.
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
import { forUpdates, lookUntil, tryWhile } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import type { Package } from '../../packaging/package.ts';
import type { CodeLocation, CodeUploads } from '../code/location.ts';
import { differences } from '../compare.ts';
import type { Identity } from '../owned/owned-resource.ts';
import { changedTags, leavingTags, type Tags, tagChanges, withoutOwner } from '../owned/ownership.ts';
import { type Scope, wholeScope } from '../scope.ts';
import { resetSettings } from './aws-defaults.ts';
import { FunctionResource } from './function-resource.ts';
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
  isRoleTooNew,
  isSettled,
  overtaken,
  roleRefused,
  stateChanges,
  succeeded,
} from './state.ts';
import { sameVersion, usable } from './versions.ts';

/** Stands for a value that AWS decides during the deployment. */
export const knownAfterApply = '(known after apply)';

export interface FunctionOptions extends Identity, Layering {
  removals?: Removals;
  /** Ownership tags included. */
  tags: Tags;
  role: {
    /** undefined: not made yet. */
    arn(): string | undefined;
    /** The user supplies it. */
    given?: boolean;
    /** Milliseconds for which a refusal of the role is taken for its newness. */
    budget(): number;
  };
  /** ARN of the version of a layer of the project; undefined: not published yet. */
  layerArn?(name: string): string | undefined;
  /** undefined: the code is not looked at. */
  zip?: Package;
  /** Needed with a package. */
  uploads?: CodeUploads;
  /** URI of a container image, instead of a package. */
  image?: string;
  codeSigningConfigArn?: string;
  /** What is compared and changed; default: all of it. */
  scope?: Scope;
  prune?: boolean;
  /** An alias follows: what is created and what changes in the code is published in the same call. */
  publishes?: boolean;
}

export class DeclaredFunction extends FunctionResource implements DeclaredResource<LiveFunction> {
  private readonly options: FunctionOptions;
  private readonly scope: Scope;
  /** The version that is what the function is now, as far as this run has published it. */
  private published: Promise<string> | undefined;
  /** The same, once it is known. */
  version: string | undefined;

  constructor(aws: Aws, options: FunctionOptions) {
    super(aws, options);
    this.options = options;
    this.scope = options.scope ?? wholeScope;
  }

  /** A deployment changes what a version keeps. */
  get pending(): boolean {
    const apart = ['Tags', 'Description', 'State', 'LastUpdateStatus'];
    return this.diff(this.live).some(({ path }) => !apart.includes(path.split('.')[0] as string));
  }

  /** What is declared, with layers by their ARNs. */
  private declared(): FunctionSettings {
    const { settings, layerArn } = this.options;
    const Layers = settings.Layers?.map((one) =>
      one.startsWith('arn:') ? one : (layerArn?.(one) ?? `${one} ${knownAfterApply}`),
    );
    return { ...settings, ...(Layers ? { Layers } : {}) };
  }

  /** The same, and what goes or goes back to what AWS does by itself. */
  private settings(live: LiveFunction): FunctionSettings {
    const { removals } = this.options;
    const reset = resetSettings(this.name, removals?.settings);
    return { ...this.declared(), ...layersLeft(live, this.options), ...reset };
  }

  diff(live: LiveFunction | undefined): Change[] {
    return this.differences(live).filter(({ path }) => this.scope.compares(path));
  }

  private differences(live: LiveFunction | undefined): Change[] {
    const { zip, tags, role, removals, image } = this.options;
    const settings = live ? this.settings(live) : this.declared();
    const foreign = live !== undefined && this.foreign(live) !== undefined;
    // A function with an image is replaced to become one with code.
    const PackageType = zip && live?.configuration.PackageType === 'Image' ? ('Zip' as const) : undefined;
    return [
      ...differences(role.arn() ?? knownAfterApply, live?.configuration.Role, 'Role'),
      ...settingChanges(PackageType ? { ...settings, PackageType } : settings, live, this.leaving(live)),
      ...differences(zip?.sha256, live?.configuration.CodeSha256, 'CodeSha256'),
      ...differences(image, live?.imageUri, 'ImageUri'),
      ...stateChanges(live),
      ...tagChanges(foreign ? withoutOwner(tags) : tags, live?.tags, removals?.tags),
    ];
  }

  /** Live environment variables that are to go. */
  private leaving(live: LiveFunction | undefined): string[] {
    const { settings, prune, removals } = this.options;
    const named = removals?.variables ?? [];
    const all = prune || named === 'all';
    return undeclaredVariables(settings, live).filter((key) => all || named.includes(key));
  }

  notes(live: LiveFunction): string[] {
    if (!this.scope.whole) return [];
    const leaving = this.leaving(live);
    return undeclaredVariables(this.options.settings, live)
      .filter((key) => !leaving.includes(key))
      .map((key) => `Environment.Variables.${key} is live but not declared; kept (--prune removes it)`);
  }

  async apply(live: LiveFunction | undefined, changes: Change[], report?: Report): Promise<LiveFunction> {
    const failed = live?.configuration.State === 'Failed';
    if (!this.scope.whole && (!live || failed)) {
      throw new UserError(
        `function ${this.name} ${failed ? 'could not be created' : 'is not there'}: there is nothing to change`,
        exitCodes.failed,
        { reason: live?.configuration.StateReason, next: { command: 'deploy' } },
      );
    }
    this.published = undefined;
    this.version = undefined;
    // A function whose creation failed has never run, and AWS lets nobody mend it.
    if (failed || changes.some(({ replace }) => replace)) {
      await this.remove();
      return this.create(report);
    }
    return live ? this.update(live, changes, report) : this.create(report);
  }

  private async create(report?: Report): Promise<LiveFunction> {
    const { tags, role, codeSigningConfigArn, publishes } = this.options;
    const input = {
      ...this.declared(),
      FunctionName: this.name,
      Role: role.arn(),
      Code: await this.code(report),
      Tags: tags,
      CodeSigningConfigArn: codeSigningConfigArn,
      Publish: publishes || undefined,
    };
    const made = await this.withRole(() => this.aws.lambda.send(new CreateFunctionCommand(input)), report);
    return this.settledAs(publishes ? made.Version : undefined, report);
  }

  /** Waits for the function, and for the version that came with its change. */
  private async settledAs(version: string | undefined, report?: Report): Promise<LiveFunction> {
    if (version === undefined) return this.settled(report);
    this.published = usable(this.aws, this.name, version, report).then(() => version);
    const [live] = await Promise.all([this.settled(report), this.published]);
    this.version = version;
    return live;
  }

  /** The version that is what the function is: published in this run, at once or by its last change. */
  async publishedVersion(report?: Report): Promise<string> {
    this.published ??= this.publish(report);
    this.version = await this.published;
    return this.version;
  }

  /** For an unchanged function Lambda answers the version that there is. */
  private async publish(report?: Report): Promise<string> {
    const before = this.live as LiveFunction;
    const FunctionName = this.name;
    const command = ({ configuration: { CodeSha256, RevisionId } }: LiveFunction) =>
      new PublishVersionCommand({ FunctionName, CodeSha256, RevisionId });
    const { lambda } = this.aws;
    const made = await lambda.send(command(before)).catch(async (cause) => {
      if (!isOvertaken(cause)) throw cause;
      // Permissions and tags make revisions too, and no other version.
      const now = await this.settled(report);
      if (sameVersion(before.configuration, now.configuration)) return lambda.send(command(now));
      throw overtaken({ name: this.name, before, now, half: false, cause });
    });
    const version = made.Version ?? '';
    if (made.State === 'Pending') await usable(this.aws, FunctionName, version, report);
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
      const RevisionId = now.configuration.RevisionId;
      const command = () => new UpdateFunctionConfigurationCommand({ ...request, FunctionName, RevisionId });
      const made = await this.guarded(live, now, () => this.withRole(() => lambda.send(command()), report));
      now = await this.settled(report);
      // AWS gives what has come to rest another revision than its answer, so that this cannot be left to it.
      if (!sameVersion(made, now.configuration)) {
        throw overtaken({ name: this.name, before: { ...now, configuration: made }, now, half: true });
      }
    }
    if (['CodeSha256', 'ImageUri', 'Architectures'].some((path) => changed.has(path))) {
      const { Architectures } = settings;
      const RevisionId = now.configuration.RevisionId;
      const code = await this.code(report);
      const Publish = publishes || undefined;
      const made = await this.guarded(live, now, () =>
        lambda.send(
          new UpdateFunctionCodeCommand({ FunctionName, ...code, Architectures, RevisionId, Publish }),
        ),
      );
      now = await this.settledAs(publishes ? made.Version : undefined, report);
    }
    if (!changed.has('Tags')) return now;
    // Last, since tagging too makes a new revision.
    const Resource = now.configuration.FunctionArn;
    const Tags = changedTags(tags, changes);
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

  /** Tells whoever is overtaken by somebody else's change what has become of the function. */
  private async guarded<T>(planned: LiveFunction, before: LiveFunction, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      const half = before !== planned;
      throw overtaken({ name: this.name, before, now: await this.read(), half, cause: error });
    }
  }

  /** Tries again while AWS does not accept a role that was made a moment ago. */
  private async withRole<T>(call: () => Promise<T>, report?: Report): Promise<T> {
    const { role } = this.options;
    const budget = role.budget();
    const onWait = (elapsed: number) =>
      report?.(`waiting until Lambda may use the role, ${Math.round(elapsed / 1000)} s`);
    try {
      return await tryWhile(call, isRoleTooNew, { budget, first: 500, longest: 2000, onWait });
    } catch (error) {
      throw isRoleTooNew(error) ? roleRefused(error, this.name, role.arn(), role.given === true) : error;
    }
  }

  /** Waits for the end of what AWS does in the background, and looks at the result. */
  private async settled(report?: Report): Promise<LiveFunction> {
    const onWait = (elapsed: number) => {
      if (elapsed > 1000) report?.(`waiting for AWS, ${Math.round(elapsed / 1000)} s`);
    };
    const live = await lookUntil(
      () => this.read(),
      (live) => live !== undefined && isSettled(live),
      { ...forUpdates, onWait },
    );
    return succeeded(this.name, live);
  }
}
