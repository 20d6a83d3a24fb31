// Recursion control: Lambda's reaction when a function calls itself in a loop through a queue or a bucket.
import {
  GetFunctionRecursionConfigCommand,
  PutFunctionRecursionConfigCommand,
  type RecursiveLoop,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import { always, type Kind } from './kind.ts';

/** AWS's default. */
const awsDefaults: RecursiveLoop = 'Terminate';

export class RecursionResource extends Attachment<RecursiveLoop> {
  readonly kind = 'recursion control';

  async read(): Promise<RecursiveLoop | undefined> {
    const command = new GetFunctionRecursionConfigCommand({ FunctionName: this.name });
    return (await absent(() => this.aws.lambda.send(command)))?.RecursiveLoop;
  }

  fields(live: RecursiveLoop): Record<string, unknown> | undefined {
    return live === awsDefaults ? undefined : { RecursiveLoop: live };
  }

  async remove(): Promise<void> {
    await absent(() => this.put(awsDefaults));
  }

  protected async put(RecursiveLoop: RecursiveLoop): Promise<void> {
    await this.aws.lambda.send(
      new PutFunctionRecursionConfigCommand({ FunctionName: this.name, RecursiveLoop }),
    );
  }
}

export class DeclaredRecursion extends RecursionResource implements DeclaredResource<RecursiveLoop> {
  private readonly declared: RecursiveLoop;

  /** null: AWS's default. */
  constructor(aws: Aws, host: FunctionResource, declared: RecursiveLoop | null) {
    super(aws, host);
    this.declared = declared ?? awsDefaults;
  }

  diff(live: RecursiveLoop | undefined): Change[] {
    return differences(this.declared, live ?? awsDefaults, 'RecursiveLoop');
  }

  async apply(): Promise<RecursiveLoop> {
    await this.put(this.declared);
    return this.after();
  }
}

export const recursion: Kind<RecursiveLoop> = always(RecursionResource, DeclaredRecursion);
