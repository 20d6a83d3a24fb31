// The concurrency that is reserved for a function, and that it cannot exceed.
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import type { Attachments } from '../config/attachment-schema.ts';
import { absent } from './absent.ts';
import { Attachment } from './attachment.ts';
import { differences } from './compare.ts';
import type { Change } from './resource.ts';

const path = 'ReservedConcurrentExecutions';

export class ConcurrencyResource extends Attachment<number, number> {
  readonly kind = 'reserved concurrency';

  async read(): Promise<number | undefined> {
    const command = new GetFunctionConcurrencyCommand({ FunctionName: this.name });
    return (await absent(() => this.aws.lambda.send(command)))?.ReservedConcurrentExecutions;
  }

  protected compare(live: number | undefined, wanted: number): Change[] {
    return differences(wanted, live, path);
  }

  declare(live: number): Partial<Attachments> {
    return { reservedConcurrentExecutions: live };
  }

  protected losses(live: number): Change[] {
    return [{ path, from: live, to: undefined }];
  }

  async apply(): Promise<number> {
    const ReservedConcurrentExecutions = this.wanted ?? 0;
    await this.aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: this.name, ReservedConcurrentExecutions }),
    );
    return this.after();
  }

  async remove(): Promise<void> {
    const command = new DeleteFunctionConcurrencyCommand({ FunctionName: this.name });
    await absent(() => this.aws.lambda.send(command));
  }
}
