// Reserved concurrency of functions, and the account's limits.

import type * as sdk from '@aws-sdk/client-lambda';
import { type Call, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { invalid, notFound } from '../errors.ts';
import type { FunctionRecord } from '../records.ts';
import { findLatest, parseReference } from '../references.ts';
import { keyOf, type LambdaState, prefixOf, save } from '../state.ts';
import { Violations } from '../violations.ts';

/** The limit of an account in one region. */
export const accountConcurrency = 1000;
/** The part of the account's limit that must stay unreserved. */
const leastUnreserved = 100;

export const concurrency: Handlers<typeof sdk, LambdaState> = {
  PutFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions = 0 }, { state, call }) {
    new Violations().range(ReservedConcurrentExecutions, 'reservedConcurrentExecutions', 0).refuse();
    const { name, arn, qualifier } = parseReference(FunctionName, call, undefined, { plain: true });
    if (!state.functions.get(keyOf(call, name))) throw notFound(`Function not found: ${arn}:$LATEST`);
    if (qualifier !== undefined) {
      throw invalid(
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      );
    }
    const record = unqualified(state, call, FunctionName);
    const provisioned = provisionedOf(state, prefixOf(call, name));
    if (ReservedConcurrentExecutions < provisioned) {
      throw untyped(
        ` ReservedConcurrentExecutions  ${ReservedConcurrentExecutions} should not be lower than function's total provisioned concurrency [${provisioned}].`,
      );
    }
    const others = reserved(state, call) - (record.reservedConcurrency ?? 0);
    if (accountConcurrency - others - ReservedConcurrentExecutions < leastUnreserved) {
      throw untyped(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
      );
    }
    save(state, { ...record, reservedConcurrency: ReservedConcurrentExecutions });
    return { ReservedConcurrentExecutions };
  },

  GetFunctionConcurrency({ FunctionName }, { state, call }) {
    const { reservedConcurrency } = unqualified(state, call, FunctionName);
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },

  DeleteFunctionConcurrency({ FunctionName }, { state, call }) {
    const { reservedConcurrency: _, ...record } = unqualified(state, call, FunctionName);
    save(state, record);
    return {};
  },

  GetAccountSettings(_input, { state, call }) {
    const home = scopePrefix(call);
    const records = [...state.functions.entries(home)].map(([, record]) => record);
    const layers = [...state.layers.entries(home)].map(([, record]) => record);
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: accountConcurrency,
        UnreservedConcurrentExecutions: accountConcurrency - reserved(state, call),
      },
      AccountUsage: {
        TotalCodeSize: [...records, ...layers].reduce((sum, { code }) => sum + code.size, 0),
        FunctionCount: records.filter(({ version }) => version === '$LATEST').length,
      },
    };
  },
};

/** AWS answers these without a Type. */
const untyped = (message: string) => new ServiceError('InvalidParameterValueException', message);

function unqualified(state: LambdaState, call: Call, FunctionName: string | undefined): FunctionRecord {
  return findLatest(state, call, parseReference(FunctionName, call, undefined, { plain: true }));
}

function provisionedOf(state: LambdaState, prefix: string): number {
  return [...state.provisioned.entries(prefix)].reduce((sum, [, { requested }]) => sum + requested, 0);
}

function reserved(state: LambdaState, { account, region }: Call): number {
  let sum = 0;
  for (const [, { reservedConcurrency = 0 }] of state.functions.entries(`${account}/${region}/`)) {
    sum += reservedConcurrency;
  }
  return sum;
}
