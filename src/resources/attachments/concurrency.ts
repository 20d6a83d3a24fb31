// The reserved concurrency of a function.
import {
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import { type Kind, optional } from './kind.ts';

const path = 'ReservedConcurrentExecutions';

export class ConcurrencyResource extends Attachment<number> {
  readonly kind = 'reserved concurrency';

  read(): Promise<number | undefined> {
    return reservedConcurrency(this.aws, this.name);
  }

  fields(live: number): Record<string, unknown> {
    return { ReservedConcurrentExecutions: live };
  }

  removal(live: number): Change[] {
    return [{ path, from: live, to: undefined }];
  }

  async remove(): Promise<void> {
    const command = new DeleteFunctionConcurrencyCommand({ FunctionName: this.name });
    await absent(() => this.aws.lambda.send(command));
  }
}

export class DeclaredConcurrency extends ConcurrencyResource implements DeclaredResource<number> {
  private readonly declared: number;

  constructor(aws: Aws, host: FunctionResource, declared: number) {
    super(aws, host);
    this.declared = declared;
  }

  diff(live: number | undefined): Change[] {
    return differences(this.declared, live, path);
  }

  async apply(): Promise<number> {
    const ReservedConcurrentExecutions = this.declared;
    const command = new PutFunctionConcurrencyCommand({
      FunctionName: this.name,
      ReservedConcurrentExecutions,
    });
    await this.aws.lambda.send(command).catch(async (cause: Error) => {
      if (!/UnreservedConcurrentExecution/.test(cause.message)) throw cause;
      await refuseTooMuch(this.aws, this.name, ReservedConcurrentExecutions).catch((error) => {
        throw error instanceof UserError ? error : cause;
      });
      throw cause;
    });
    return this.after();
  }
}

/** The concurrency that AWS keeps for functions without a reservation. */
const unreserved = 100;

/** Rejects with a UserError when the account has too little concurrency left to reserve for the function. */
export async function refuseTooMuch(aws: Aws, name: string, wanted: number): Promise<void> {
  const [reserved = 0, { AccountLimit = {} }] = await Promise.all([
    reservedConcurrency(aws, name),
    aws.lambda.send(new GetAccountSettingsCommand({})),
  ]);
  const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit;
  const highest = Math.max(UnreservedConcurrentExecutions + reserved - unreserved, 0);
  if (wanted <= highest) return;
  const others = ConcurrentExecutions - UnreservedConcurrentExecutions - reserved;
  throw new UserError(
    `${wanted} is more than can be reserved for ${name}: at most ${highest}`,
    exitCodes.failed,
    {
      reason: `the account has ${ConcurrentExecutions}, other functions reserve ${others}, and AWS keeps ${unreserved} for functions without a reservation`,
      next: [
        ...(highest > 0 ? [{ command: `concurrency set ${name} --reserved ${highest}` }, ', or '] : []),
        'ask for more in the Service Quotas console',
      ],
    },
  );
}

/** undefined: none is reserved, or the function does not exist. */
export async function reservedConcurrency(
  { lambda }: Aws,
  FunctionName: string,
): Promise<number | undefined> {
  const command = new GetFunctionConcurrencyCommand({ FunctionName });
  return (await absent(() => lambda.send(command)))?.ReservedConcurrentExecutions;
}

export const concurrency: Kind<number> = optional(ConcurrencyResource, DeclaredConcurrency);
