// A Lambda function without a declaration: reads and removes it.
import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
} from '@aws-sdk/client-lambda';
import { forUpdates, tryWhile, waiting } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { OwnedResource } from '../owned/owned-resource.ts';
import { aliasTag, type Tags } from '../owned/ownership.ts';
import { digestOf } from './image-tag.ts';
import type { LiveFunction } from './settings.ts';
import { isBusy } from './state.ts';

export class FunctionResource extends OwnedResource<LiveFunction> {
  readonly kind = 'function';

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

  protected async find(): Promise<LiveFunction | undefined> {
    const answer = await absent(() =>
      this.aws.lambda.send(new GetFunctionCommand({ FunctionName: this.name })),
    );
    const { Configuration, Tags = {}, Code } = answer ?? {};
    if (!Configuration) return undefined;
    return {
      configuration: Configuration,
      tags: Tags,
      imageUri: Code?.ImageUri,
      imageDigest: digestOf(Code?.ResolvedImageUri),
    };
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
