// When the runtime of a function gets a new version.
import {
  GetRuntimeManagementConfigCommand,
  PutRuntimeManagementConfigCommand,
  type UpdateRuntimeOn,
} from '@aws-sdk/client-lambda';
import { attachmentFields } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import { Attachment } from './attachment.ts';

type Wanted = NonNullable<Attachments['runtimeManagementConfig']>;

interface Live {
  UpdateRuntimeOn?: UpdateRuntimeOn;
  RuntimeVersionArn?: string;
}

export class RuntimeManagementResource extends Attachment<Wanted, Live> {
  readonly kind = 'runtime management';

  async read(): Promise<Live | undefined> {
    const command = new GetRuntimeManagementConfigCommand({ FunctionName: this.name });
    const found = await absent(() => this.aws.lambda.send(command));
    return found && { UpdateRuntimeOn: found.UpdateRuntimeOn, RuntimeVersionArn: found.RuntimeVersionArn };
  }

  protected compare(live: Live | undefined, wanted: Wanted): Change[] {
    return differences(
      { UpdateRuntimeOn: wanted.updateRuntimeOn, RuntimeVersionArn: wanted.runtimeVersionArn },
      { UpdateRuntimeOn: 'Auto', ...live },
      '',
    );
  }

  declare(live: Live): Partial<Attachments> | undefined {
    return live.UpdateRuntimeOn === 'Auto'
      ? undefined
      : (attachmentFields({ RuntimeManagementConfig: live }) as Partial<Attachments>);
  }

  protected losses(): Change[] {
    return [];
  }

  async apply(): Promise<Live> {
    const { updateRuntimeOn, runtimeVersionArn } = this.wanted ?? { updateRuntimeOn: 'Auto' as const };
    await this.aws.lambda.send(
      new PutRuntimeManagementConfigCommand({
        FunctionName: this.name,
        UpdateRuntimeOn: updateRuntimeOn,
        RuntimeVersionArn: runtimeVersionArn,
      }),
    );
    return this.after();
  }

  /** It goes with the function. */
  async remove(): Promise<void> {}
}
