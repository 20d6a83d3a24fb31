// What Lambda does when a function calls itself through a queue or a bucket, round and round.
import {
  GetFunctionRecursionConfigCommand,
  PutFunctionRecursionConfigCommand,
  type RecursiveLoop,
} from '@aws-sdk/client-lambda';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import { Attachment } from './attachment.ts';

export class RecursionResource extends Attachment<RecursiveLoop, RecursiveLoop> {
  readonly kind = 'recursion control';

  async read(): Promise<RecursiveLoop | undefined> {
    const command = new GetFunctionRecursionConfigCommand({ FunctionName: this.name });
    return (await absent(() => this.aws.lambda.send(command)))?.RecursiveLoop;
  }

  protected compare(live: RecursiveLoop | undefined, wanted: RecursiveLoop): Change[] {
    return differences(wanted, live ?? 'Terminate', 'RecursiveLoop');
  }

  declare(live: RecursiveLoop): Partial<Attachments> | undefined {
    return live === 'Terminate' ? undefined : { recursiveLoop: live };
  }

  protected losses(): Change[] {
    return [];
  }

  async apply(): Promise<RecursiveLoop> {
    const RecursiveLoop = this.wanted ?? 'Terminate';
    await this.aws.lambda.send(
      new PutFunctionRecursionConfigCommand({ FunctionName: this.name, RecursiveLoop }),
    );
    return this.after();
  }

  /** It goes with the function. */
  async remove(): Promise<void> {}
}
