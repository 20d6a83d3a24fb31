// A Lambda function without a declaration: reads and removes it.
import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
import { forUpdates, tryWhile, waiting } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { OwnedResource } from '../owned/owned-resource.ts';
import { aliasTag, type Tags, trafficMarks, trafficTag, triggerTag } from '../owned/ownership.ts';
import { type LiveFunction, liveFunction } from './settings.ts';
import { isBusy } from './state.ts';

export class FunctionResource extends OwnedResource<LiveFunction> {
  readonly kind = 'function';
  private readonly marked = new Map<string, Promise<void>>();

  /** undefined until the function has been read or created. */
  get arn(): string | undefined {
    return this.live?.configuration.FunctionArn;
  }

  /** The configuration of the last read. */
  get configuration(): FunctionConfiguration | undefined {
    return this.live?.configuration;
  }

  /** Whether slsctl ever gave it an alias. */
  async hadAliases(): Promise<boolean> {
    return aliasTag in ((await this.read())?.tags ?? {});
  }

  /** Whether slsctl ever put a URL or permissions on this alias. */
  async hadTraffic(alias: string): Promise<boolean> {
    return trafficTag(alias) in ((await this.known())?.tags ?? {});
  }

  /** The aliases to which slsctl ever bound something. Names of more than 100 characters are left out. */
  async trafficAliases(): Promise<string[]> {
    const prefix = trafficTag('');
    const tags = Object.keys((await this.known())?.tags ?? {});
    const names = tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
    return names.filter((name) => name.length <= 100);
  }

  /** Whether slsctl ever made triggers of this kind for it. */
  async hadTriggers(kind: string): Promise<boolean> {
    return triggerTag(kind) in ((await this.known())?.tags ?? {});
  }

  /** Notes on the function that slsctl puts a URL or permissions on this alias; to call before it does. */
  markTraffic(alias: string): Promise<void> {
    const marked = this.marked.get(alias) ?? this.mark(alias);
    this.marked.set(alias, marked);
    return marked;
  }

  private async mark(alias: string): Promise<void> {
    const Resource = (await this.known())?.configuration.FunctionArn;
    if (await this.hadTraffic(alias)) return;
    await this.aws.lambda.send(new TagResourceCommand({ Resource, Tags: trafficMarks([alias]) }));
  }

  protected async find(): Promise<LiveFunction | undefined> {
    const answer = await absent(() =>
      this.aws.lambda.send(new GetFunctionCommand({ FunctionName: this.name })),
    );
    return liveFunction(answer);
  }

  protected marks({ tags }: LiveFunction): Tags {
    return tags;
  }

  loss(): string {
    return 'its versions, aliases and address; callers get errors';
  }

  async remove(_live?: LiveFunction, report?: Report): Promise<void> {
    const FunctionName = this.name;
    await absent(() =>
      tryWhile(() => this.aws.lambda.send(new DeleteFunctionCommand({ FunctionName })), isBusy, {
        ...forUpdates,
        budget: 60_000,
        onWait: waiting(report, 'an update of the function to end'),
      }),
    );
  }
}
