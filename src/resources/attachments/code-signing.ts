// Whose signatures the code of a function must carry.
import {
  DeleteFunctionCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
  PutFunctionCodeSigningConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import { Attachment } from './attachment.ts';

const path = 'CodeSigningConfigArn';

export class CodeSigningResource extends Attachment<string, string> {
  readonly kind = 'code signing';

  async read(): Promise<string | undefined> {
    const command = new GetFunctionCodeSigningConfigCommand({ FunctionName: this.name });
    return (await absent(() => this.aws.lambda.send(command)))?.CodeSigningConfigArn || undefined;
  }

  protected compare(live: string | undefined, wanted: string): Change[] {
    return differences(wanted, live, path);
  }

  declare(live: string): Partial<Attachments> {
    return { codeSigningConfigArn: live };
  }

  protected losses(live: string): Change[] {
    return [{ path, from: live, to: undefined }];
  }

  async apply(): Promise<string> {
    const CodeSigningConfigArn = this.wanted ?? '';
    await this.aws.lambda.send(
      new PutFunctionCodeSigningConfigCommand({ FunctionName: this.name, CodeSigningConfigArn }),
    );
    return this.after();
  }

  async remove(): Promise<void> {
    const command = new DeleteFunctionCodeSigningConfigCommand({ FunctionName: this.name });
    await absent(() => this.aws.lambda.send(command));
  }
}
