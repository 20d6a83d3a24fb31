// The handling of asynchronous invocations of a function: retries, event age, destinations.
import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  PutFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigRequest,
  PutFunctionEventInvokeConfigRequest$,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { withoutDefaults } from '../../config/without-defaults.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { settingsOf } from '../api-shape.ts';
import { differences, merged, removals } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { sendStatements } from '../role/grants.ts';
import { Attachment } from './attachment.ts';
import { type Kind, optional } from './kind.ts';

type Declared = NonNullable<Attachments['eventInvokeConfig']>;
type Settings = Omit<PutFunctionEventInvokeConfigRequest, 'FunctionName' | 'Qualifier'>;

/** AWS's defaults. */
const awsDefaults: Settings = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 };

export class EventInvokeConfigResource extends Attachment<Settings> {
  readonly kind = 'asynchronous invocation';

  async read(): Promise<Settings | undefined> {
    const command = new GetFunctionEventInvokeConfigCommand(this.at);
    const answer = await absent(() => this.aws.lambda.send(command));
    return answer && settingsOf(PutFunctionEventInvokeConfigRequest$, answer);
  }

  fields({ DestinationConfig, ...live }: Settings): Record<string, unknown> | undefined {
    const { OnSuccess, OnFailure } = DestinationConfig ?? {};
    const said = withoutDefaults(live, awsDefaults) as object;
    const all = { ...said, OnSuccess: OnSuccess?.Destination, OnFailure: OnFailure?.Destination };
    return { EventInvokeConfig: all };
  }

  removal(live: Settings): Change[] {
    return removals(live, '');
  }

  async remove(): Promise<void> {
    const command = new DeleteFunctionEventInvokeConfigCommand(this.at);
    await absent(() => this.aws.lambda.send(command));
  }
}

export class DeclaredEventInvokeConfig
  extends EventInvokeConfigResource
  implements DeclaredResource<Settings>
{
  private readonly settings: Settings;

  constructor(aws: Aws, host: FunctionResource, { onSuccess, onFailure, ...rest }: Declared) {
    super(aws, host);
    // null sets the field to AWS's default.
    const settings = Object.entries(apiNames(rest)).map(([name, value]) => [
      name,
      value ?? awsDefaults[name as keyof Settings],
    ]);
    this.settings = {
      ...Object.fromEntries(settings),
      DestinationConfig: { OnSuccess: destination(onSuccess), OnFailure: destination(onFailure) },
    };
  }

  diff(live: Settings | undefined): Change[] {
    return differences(this.settings, live && { ...awsDefaults, ...live }, '');
  }

  /** Put replaces the whole configuration, so the request includes the undeclared live settings. */
  async apply(live: Settings | undefined): Promise<Settings> {
    const { DestinationConfig = {}, ...settings }: Settings = merged({ ...live }, { ...this.settings });
    const destinations = Object.entries(DestinationConfig).map(([event, to]) => [
      event,
      to?.Destination ? to : {},
    ]);
    await this.aws.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        ...this.at,
        ...settings,
        DestinationConfig: Object.fromEntries(destinations),
      }),
    );
    return this.after();
  }
}

/** null removes a live destination. */
function destination(arn: string | null | undefined): { Destination: string } | undefined {
  return arn === undefined ? undefined : { Destination: arn ?? '' };
}

export const eventInvokeConfig: Kind<Declared> = {
  ...optional(EventInvokeConfigResource, DeclaredEventInvokeConfig),
  roleStatements: ({ onSuccess, onFailure }) => [
    ...sendStatements('OnSuccess', onSuccess),
    ...sendStatements('OnFailure', onFailure),
  ],
};
