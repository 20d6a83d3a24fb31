// What happens to asynchronous invocations of a function: retries, age, destinations.
import {
  DeleteFunctionEventInvokeConfigCommand,
  type FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { attachmentFields, withoutDefaults } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment, given } from './attachment.ts';

type Declared = NonNullable<Attachments['eventInvokeConfig']>;
type Settings = Pick<
  FunctionEventInvokeConfig,
  'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | 'DestinationConfig'
>;

/** What AWS does where nothing is said. */
const retries = 2;
const seconds = 21_600;

export class EventInvokeConfigResource extends Attachment<Settings> {
  readonly kind = 'asynchronous invocation';

  async read(): Promise<Settings | undefined> {
    const command = new GetFunctionEventInvokeConfigCommand({ FunctionName: this.name });
    const found = await absent(() => this.aws.lambda.send(command));
    if (!found) return undefined;
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = found;
    return { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig };
  }

  declare({ DestinationConfig, ...live }: Settings): Partial<Attachments> | undefined {
    const { OnSuccess, OnFailure } = DestinationConfig ?? {};
    const said = withoutDefaults(live, unsaid) as object;
    const all = { ...said, OnSuccess: OnSuccess?.Destination, OnFailure: OnFailure?.Destination };
    return attachmentFields({ EventInvokeConfig: all });
  }

  removal(live: Settings): Change[] {
    return Object.entries(given(live)).map(([path, from]) => ({ path, from, to: undefined }));
  }

  async remove(): Promise<void> {
    const command = new DeleteFunctionEventInvokeConfigCommand({ FunctionName: this.name });
    await absent(() => this.aws.lambda.send(command));
  }
}

export class DeclaredEventInvokeConfig
  extends EventInvokeConfigResource
  implements DeclaredResource<Settings>
{
  private readonly declared: Declared;

  constructor(aws: Aws, host: FunctionResource, declared: Declared) {
    super(aws, host);
    this.declared = declared;
  }

  diff(live: Settings | undefined): Change[] {
    return differences(settingsOf(this.declared), live && { ...unsaid, ...given(live) }, '');
  }

  async apply(live: Settings | undefined): Promise<Settings> {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = settingsOf(this.declared);
    const { OnSuccess, OnFailure } = DestinationConfig ?? {};
    // Put replaces the whole: what is live and not declared goes along.
    await this.aws.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: this.name,
        MaximumRetryAttempts: MaximumRetryAttempts ?? live?.MaximumRetryAttempts,
        MaximumEventAgeInSeconds: MaximumEventAgeInSeconds ?? live?.MaximumEventAgeInSeconds,
        DestinationConfig: {
          OnSuccess: destination(OnSuccess ?? live?.DestinationConfig?.OnSuccess),
          OnFailure: destination(OnFailure ?? live?.DestinationConfig?.OnFailure),
        },
      }),
    );
    return this.after();
  }
}

const unsaid: Settings = { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: seconds };

/** In the API's terms; a destination that is to go has no text. */
function settingsOf(declared: Declared): Settings {
  const { maximumRetryAttempts, maximumEventAgeInSeconds, onSuccess, onFailure } = declared;
  const to = (arn: string | null | undefined) => (arn === undefined ? undefined : { Destination: arn ?? '' });
  return {
    MaximumRetryAttempts: maximumRetryAttempts === null ? retries : maximumRetryAttempts,
    MaximumEventAgeInSeconds: maximumEventAgeInSeconds === null ? seconds : maximumEventAgeInSeconds,
    DestinationConfig: { OnSuccess: to(onSuccess), OnFailure: to(onFailure) },
  };
}

function destination(one: { Destination?: string } | undefined): { Destination?: string } {
  return one?.Destination ? { Destination: one.Destination } : {};
}
