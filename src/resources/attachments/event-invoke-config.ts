// What happens to asynchronous invocations of a function: retries, age, destinations.
import {
  DeleteFunctionEventInvokeConfigCommand,
  type FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { attachmentFields, withoutDefaults } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import { Attachment, given } from './attachment.ts';

type Wanted = NonNullable<Attachments['eventInvokeConfig']>;
type Settings = Pick<
  FunctionEventInvokeConfig,
  'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | 'DestinationConfig'
>;

/** What AWS does where nothing is said. */
const retries = 2;
const seconds = 21_600;

export class EventInvokeConfigResource extends Attachment<Wanted, Settings> {
  readonly kind = 'asynchronous invocation';

  async read(): Promise<Settings | undefined> {
    const command = new GetFunctionEventInvokeConfigCommand({ FunctionName: this.name });
    const found = await absent(() => this.aws.lambda.send(command));
    if (!found) return undefined;
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = found;
    return { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig };
  }

  protected compare(live: Settings | undefined, wanted: Wanted): Change[] {
    return differences(settingsOf(wanted), live && { ...unsaid, ...given(live) }, '');
  }

  declare({ DestinationConfig, ...live }: Settings): Partial<Attachments> | undefined {
    const { OnSuccess, OnFailure } = DestinationConfig ?? {};
    const said = withoutDefaults(live, unsaid) as object;
    const all = { ...said, OnSuccess: OnSuccess?.Destination, OnFailure: OnFailure?.Destination };
    return attachmentFields({ EventInvokeConfig: all });
  }

  protected losses(live: Settings): Change[] {
    return Object.entries(given(live)).map(([path, from]) => ({ path, from, to: undefined }));
  }

  async apply(live: Settings | undefined): Promise<Settings> {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = settingsOf(
      this.wanted ?? {},
    );
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

  async remove(): Promise<void> {
    const command = new DeleteFunctionEventInvokeConfigCommand({ FunctionName: this.name });
    await absent(() => this.aws.lambda.send(command));
  }
}

const unsaid: Settings = { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: seconds };

/** In the API's terms; a destination that is to go has no text. */
function settingsOf(wanted: Wanted): Settings {
  const { maximumRetryAttempts, maximumEventAgeInSeconds, onSuccess, onFailure } = wanted;
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
