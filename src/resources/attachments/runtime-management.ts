// Runtime management: when AWS updates the runtime of a function.
import {
  GetRuntimeManagementConfigCommand,
  PutRuntimeManagementConfigCommand,
  type PutRuntimeManagementConfigRequest,
  PutRuntimeManagementConfigRequest$,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { settingsOf } from '../api-shape.ts';
import { differences } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import { always, type Kind } from './kind.ts';

type Declared = NonNullable<Attachments['runtimeManagementConfig']>;
type Settings = Omit<PutRuntimeManagementConfigRequest, 'FunctionName' | 'Qualifier'>;
type Live = Partial<Settings>;

/** AWS's default. */
const awsDefaults: Settings = { UpdateRuntimeOn: 'Auto' };

export class RuntimeManagementResource extends Attachment<Live> {
  readonly kind = 'runtime management';

  async read(): Promise<Live | undefined> {
    const command = new GetRuntimeManagementConfigCommand({ FunctionName: this.name });
    const answer = await absent(() => this.aws.lambda.send(command));
    return answer && settingsOf(PutRuntimeManagementConfigRequest$, answer);
  }

  fields(live: Live): Record<string, unknown> | undefined {
    return live.UpdateRuntimeOn === awsDefaults.UpdateRuntimeOn
      ? undefined
      : { RuntimeManagementConfig: live };
  }

  async remove(): Promise<void> {
    await absent(() => this.put(awsDefaults));
  }

  protected async put(settings: Settings): Promise<void> {
    await this.aws.lambda.send(
      new PutRuntimeManagementConfigCommand({ FunctionName: this.name, ...settings }),
    );
  }
}

export class DeclaredRuntimeManagement extends RuntimeManagementResource implements DeclaredResource<Live> {
  private readonly settings: Settings;

  /** null: AWS's default. */
  constructor(aws: Aws, host: FunctionResource, declared: Declared | null) {
    super(aws, host);
    this.settings = declared === null ? awsDefaults : apiNames(declared);
  }

  diff(live: Live | undefined): Change[] {
    return differences(this.settings, { ...awsDefaults, ...live }, '');
  }

  async apply(): Promise<Live> {
    await this.put(this.settings);
    return this.after();
  }
}

export const runtimeManagement: Kind<Declared> = always(RuntimeManagementResource, DeclaredRuntimeManagement);
