// The concurrency that is reserved for a function, and that it cannot exceed.
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws/aws.ts';
import type { Attachments } from '../config/attachment-schema.ts';
import { absent } from './absent.ts';
import { Attachment } from './attachment.ts';
import { differences } from './compare.ts';
import type { Change } from './resource.ts';

const path = 'ReservedConcurrentExecutions';

export class ConcurrencyResource extends Attachment<number, number> {
  readonly kind = 'reserved concurrency';

  read(): Promise<number | undefined> {
    return reservedConcurrency(this.aws, this.name);
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

/** undefined: none is reserved, or there is no such function. */
export async function reservedConcurrency(
  { lambda }: Aws,
  FunctionName: string,
): Promise<number | undefined> {
  const command = new GetFunctionConcurrencyCommand({ FunctionName });
  return (await absent(() => lambda.send(command)))?.ReservedConcurrentExecutions;
}
