// The code signing configuration of a function: the signatures that its code must have.
import {
  DeleteFunctionCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
  PutFunctionCodeSigningConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import { type Kind, optional } from './kind.ts';

const path = 'CodeSigningConfigArn';

export class CodeSigningResource extends Attachment<string> {
  readonly kind = 'code signing';

  async read(): Promise<string | undefined> {
    const command = new GetFunctionCodeSigningConfigCommand({ FunctionName: this.name });
    return (await absent(() => this.aws.lambda.send(command)))?.CodeSigningConfigArn || undefined;
  }

  fields(live: string): Record<string, unknown> {
    return { CodeSigningConfigArn: live };
  }

  removal(live: string): Change[] {
    return [{ path, from: live, to: undefined }];
  }

  async remove(): Promise<void> {
    const command = new DeleteFunctionCodeSigningConfigCommand({ FunctionName: this.name });
    await absent(() => this.aws.lambda.send(command));
  }
}

export class DeclaredCodeSigning extends CodeSigningResource implements DeclaredResource<string> {
  private readonly declared: string;

  constructor(aws: Aws, host: FunctionResource, declared: string) {
    super(aws, host);
    this.declared = declared;
  }

  diff(live: string | undefined): Change[] {
    return differences(this.declared, live, path);
  }

  async apply(): Promise<string> {
    const CodeSigningConfigArn = this.declared;
    await this.aws.lambda.send(
      new PutFunctionCodeSigningConfigCommand({ FunctionName: this.name, CodeSigningConfigArn }),
    );
    return this.after();
  }
}

export const codeSigning: Kind<string> = optional(CodeSigningResource, DeclaredCodeSigning);
