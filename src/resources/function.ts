// A Lambda function: created, changed a step at a time, each step waited for and checked by revision.
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  PutFunctionCodeSigningConfigCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws/aws.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { FunctionSettings } from '../config/project.ts';
import { exitCodes, UserError } from '../errors.ts';
import { differences } from './compare.ts';
import {
  type LiveFunction,
  settingChanges,
  undeclaredVariables,
  updateRequest,
} from './function-settings.ts';
import { changedTags, foreignTags, type Tags, tagChanges } from './ownership.ts';
import { forUpdates, lookUntil, tryWhile } from './patience.ts';
import type { Change, Owner, Report, Resource } from './resource.ts';

/** Stands for a value that AWS decides during the deployment. */
export const knownAfterApply = '(known after apply)';

export type FunctionPart = 'code' | 'environment';

export interface FunctionOptions {
  name: string;
  settings: FunctionSettings;
  owner: Owner;
  /** Ownership tags included. */
  tags: Tags;
  role: {
    /** undefined: not made yet. */
    arn(): string | undefined;
    /** Milliseconds for which a refusal of the role is taken for its newness. */
    budget(): number;
  };
  needs: readonly Resource[];
  /** undefined: the code is not looked at. */
  bundle?: Bundle;
  /** Only this part is compared and changed. */
  only?: FunctionPart;
  prune?: boolean;
  /** Environment variables that go even without `prune`, as far as they are not declared. */
  unset?: readonly string[];
  adopt?: boolean;
}

export class FunctionResource implements Resource<LiveFunction> {
  readonly kind = 'function';
  readonly name: string;
  readonly needs: readonly Resource[];
  private readonly aws: Aws;
  private readonly options: FunctionOptions;

  constructor(aws: Aws, options: FunctionOptions) {
    this.aws = aws;
    this.options = options;
    this.name = options.name;
    this.needs = options.needs;
  }

  async read(): Promise<LiveFunction | undefined> {
    const FunctionName = this.name;
    const { lambda } = this.aws;
    const [found, signing] = await Promise.all([
      absent(() => lambda.send(new GetFunctionCommand({ FunctionName }))),
      this.options.settings.CodeSigningConfigArn === undefined
        ? undefined
        : absent(() => lambda.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }))),
    ]);
    if (!found?.Configuration) return undefined;
    return {
      configuration: found.Configuration,
      tags: found.Tags ?? {},
      codeSigningConfigArn: signing?.CodeSigningConfigArn,
    };
  }

  diff(live: LiveFunction | undefined): Change[] {
    const { settings, bundle, only, tags, role } = this.options;
    const environment = settings.Environment && { Environment: settings.Environment };
    const state = stateChanges(live);
    if (only === 'environment') {
      return [...settingChanges(environment ?? {}, live, this.leaving(live)), ...state];
    }
    const code = [...differences(bundle?.sha256, live?.configuration.CodeSha256, 'CodeSha256'), ...state];
    if (only === 'code') return code;
    return [
      ...differences(role.arn() ?? knownAfterApply, live?.configuration.Role, 'Role'),
      ...settingChanges(settings, live, this.leaving(live)),
      ...code,
      ...tagChanges(tags, live?.tags),
    ];
  }

  /** Live environment variables that are to go. */
  private leaving(live: LiveFunction | undefined): string[] {
    const { settings, prune, unset = [] } = this.options;
    return undeclaredVariables(settings, live).filter((key) => prune || unset.includes(key));
  }

  notes(live: LiveFunction): string[] {
    if (this.options.prune || this.options.only) return [];
    return undeclaredVariables(this.options.settings, live).map(
      (key) => `Environment.Variables.${key} is live but not declared; kept (--prune removes it)`,
    );
  }

  foreign(live: LiveFunction): string | undefined {
    return this.options.adopt ? undefined : foreignTags(this.options.owner, live.tags);
  }

  async apply(live: LiveFunction | undefined, changes: Change[], report?: Report): Promise<LiveFunction> {
    const fixed = changes.filter(({ replace }) => replace);
    if (live && fixed.length > 0) {
      throw new UserError(
        `${fixed.map(({ path }) => path).join(', ')} of function ${this.name} cannot be changed in place`,
        exitCodes.failed,
        { next: 'slsctl destroy, then slsctl deploy; or give the function another name' },
      );
    }
    const failed = live?.configuration.State === 'Failed';
    if (this.options.only && (!live || failed)) {
      throw new UserError(
        `function ${this.name} ${failed ? 'could not be created' : 'is not there'}: there is nothing to change`,
        exitCodes.failed,
        { reason: live?.configuration.StateReason, next: 'slsctl deploy' },
      );
    }
    // A function whose creation failed has never run, and AWS lets nobody mend it.
    if (failed) {
      await this.remove();
      return this.create(report);
    }
    return live ? this.update(live, changes, report) : this.create(report);
  }

  private async create(report?: Report): Promise<LiveFunction> {
    const { settings, tags, role } = this.options;
    const ZipFile = await this.code();
    const input = { ...settings, FunctionName: this.name, Role: role.arn(), Code: { ZipFile }, Tags: tags };
    await this.withRole(() => this.aws.lambda.send(new CreateFunctionCommand(input)), report);
    return this.settled(report);
  }

  private async update(live: LiveFunction, changes: Change[], report?: Report): Promise<LiveFunction> {
    const { lambda } = this.aws;
    const { settings, tags, role } = this.options;
    const FunctionName = this.name;
    const changed = new Set(changes.map(({ path }) => path.split('.')[0]));
    let now = isSettled(live) ? live : await this.settled(report);

    const failed = live.configuration.LastUpdateStatus === 'Failed';
    const request = updateRequest(
      settings,
      now,
      failed && !this.options.only ? [...everySetting(settings), ...changes] : changes,
    );
    if (changed.has('Role')) request.Role = role.arn();
    if (Object.keys(request).length > 0) {
      const RevisionId = now.configuration.RevisionId;
      await this.withRole(
        () => lambda.send(new UpdateFunctionConfigurationCommand({ ...request, FunctionName, RevisionId })),
        report,
      );
      now = await this.settled(report);
    }
    if (changed.has('CodeSha256') || changed.has('Architectures')) {
      const { Architectures } = settings;
      const RevisionId = now.configuration.RevisionId;
      const ZipFile = await this.code();
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Architectures, RevisionId }));
      now = await this.settled(report);
    }
    const { CodeSigningConfigArn } = settings;
    if (changed.has('CodeSigningConfigArn')) {
      await lambda.send(new PutFunctionCodeSigningConfigCommand({ FunctionName, CodeSigningConfigArn }));
    }
    // Last, since tagging too makes a new revision.
    if (changed.has('Tags')) {
      const Resource = now.configuration.FunctionArn;
      await lambda.send(new TagResourceCommand({ Resource, Tags: changedTags(tags, changes) }));
    }
    return changed.has('Tags') || changed.has('CodeSigningConfigArn') ? this.settled(report) : now;
  }

  private async code(): Promise<Uint8Array> {
    const { bundle } = this.options;
    if (!bundle) throw new Error(`no code was prepared for function ${this.name}`);
    const bytes = await bundle.bytes();
    this.aws.nameBytes(bytes, bundle.file);
    return bytes;
  }

  /** Tries again while AWS does not accept a role that was made a moment ago. */
  private withRole<T>(call: () => Promise<T>, report?: Report): Promise<T> {
    const budget = this.options.role.budget();
    const onWait = (elapsed: number) =>
      report?.(`waiting until Lambda may use the role, ${Math.round(elapsed / 1000)} s`);
    return tryWhile(call, isRoleTooNew, { budget, first: 500, longest: 2000, onWait });
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
    if (!live) throw new UserError(`function ${this.name} is not there after it was created`);
    const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = live.configuration;
    if (State === 'Failed') throw new UserError(`function ${this.name} failed: ${StateReason}`);
    if (LastUpdateStatus === 'Failed') {
      throw new UserError(`the update of function ${this.name} failed: ${LastUpdateStatusReason}`);
    }
    return live;
  }

  async remove(): Promise<void> {
    const FunctionName = this.name;
    await absent(() =>
      tryWhile(
        () => this.aws.lambda.send(new DeleteFunctionCommand({ FunctionName })),
        (error) => (error as Error).name === 'ResourceConflictException',
        { ...forUpdates, budget: 60_000 },
      ),
    );
  }
}

function isSettled({ configuration }: LiveFunction): boolean {
  return configuration.State !== 'Pending' && configuration.LastUpdateStatus !== 'InProgress';
}

/** What an interrupted or failed run left: applied by waiting for it, or by doing it again. */
function stateChanges(live: LiveFunction | undefined): Change[] {
  if (!live) return [];
  const { State, LastUpdateStatus } = live.configuration;
  const changes: Change[] = [];
  if (State === 'Pending' || State === 'Failed') changes.push({ path: 'State', from: State, to: 'Active' });
  if (LastUpdateStatus === 'InProgress' || LastUpdateStatus === 'Failed') {
    changes.push({ path: 'LastUpdateStatus', from: LastUpdateStatus, to: 'Successful' });
  }
  return changes;
}

function everySetting(settings: FunctionSettings): Change[] {
  return Object.entries(settings).map(([path, to]) => ({ path, from: undefined, to }));
}

/** Lambda checks the role when it is named; IAM tells its regions of a new role within seconds. */
function isRoleTooNew(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'InvalidParameterValueException' &&
    /cannot be assumed by Lambda|execution role does not have permissions|KMS key is invalid for CreateGrant/i.test(
      message,
    )
  );
}

async function absent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
