// When the runtime of a function gets a new version.
import {
  GetRuntimeManagementConfigCommand,
  PutRuntimeManagementConfigCommand,
  type UpdateRuntimeOn,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { attachmentFields } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';

type Declared = NonNullable<Attachments['runtimeManagementConfig']>;

interface Live {
  UpdateRuntimeOn?: UpdateRuntimeOn;
  RuntimeVersionArn?: string;
}

/** What AWS does where nothing is said. */
const unsaid = { UpdateRuntimeOn: 'Auto' } as const;

export class RuntimeManagementResource extends Attachment<Live> {
  readonly kind = 'runtime management';

  async read(): Promise<Live | undefined> {
    const command = new GetRuntimeManagementConfigCommand({ FunctionName: this.name });
    const answer = await absent(() => this.aws.lambda.send(command));
    return answer && { UpdateRuntimeOn: answer.UpdateRuntimeOn, RuntimeVersionArn: answer.RuntimeVersionArn };
  }

  declare(live: Live): Partial<Attachments> | undefined {
    return live.UpdateRuntimeOn === unsaid.UpdateRuntimeOn
      ? undefined
      : (attachmentFields({ RuntimeManagementConfig: live }) as Partial<Attachments>);
  }

  async remove(): Promise<void> {
    await absent(() => this.put(unsaid));
  }

  protected async put(settings: Live): Promise<void> {
    const { UpdateRuntimeOn, RuntimeVersionArn } = settings;
    await this.aws.lambda.send(
      new PutRuntimeManagementConfigCommand({ FunctionName: this.name, UpdateRuntimeOn, RuntimeVersionArn }),
    );
  }
}

export class DeclaredRuntimeManagement extends RuntimeManagementResource implements DeclaredResource<Live> {
  private readonly declared: Live;

  /** null: as AWS does it by itself. */
  constructor(aws: Aws, host: FunctionResource, declared: Declared | null) {
    super(aws, host);
    const { updateRuntimeOn, runtimeVersionArn } = declared ?? { updateRuntimeOn: unsaid.UpdateRuntimeOn };
    this.declared = { UpdateRuntimeOn: updateRuntimeOn, RuntimeVersionArn: runtimeVersionArn };
  }

  diff(live: Live | undefined): Change[] {
    return differences(this.declared, { ...unsaid, ...live }, '');
  }

  async apply(): Promise<Live> {
    await this.put(this.declared);
    return this.after();
  }
}
