// ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
import type * as sdk from '@aws-sdk/client-dynamodb';
import {
  type BatchStatementErrorCodeEnum,
  type BatchStatementRequest,
  DuplicateItemException,
  type ParameterizedStatement,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { Violations } from '../../lambda/violations.ts';
import { validation } from '../errors.ts';
import { lists } from '../items/lists.ts';
import { single } from '../items/single.ts';
import { transact } from '../items/transact.ts';
import type { DynamoState } from '../state.ts';
import { type Operation, operationOf } from './statement.ts';

type DynamoHandlers = Handlers<typeof sdk, DynamoState>;
type Context = Parameters<NonNullable<DynamoHandlers['ExecuteStatement']>>[1];
type Attributes = Record<string, sdk.AttributeValue>;

const duplicate = 'Duplicate primary key exists in table';
const mostStatements = { batch: 25, transaction: 100 };

export const partiql: DynamoHandlers = {
  async ExecuteStatement(input, context) {
    const { Statement = '', Parameters, NextToken, Limit, ConsistentRead, ReturnConsumedCapacity } = input;
    checkStatement(Statement, Parameters);
    new Violations().range(Limit, 'limit', 1).refuse();
    const operation = operationOf(context.state, context.call, Statement, Parameters);
    const more = {
      ...(ReturnConsumedCapacity && { ReturnConsumedCapacity }),
      ...(input.ReturnValuesOnConditionCheckFailure && {
        ReturnValuesOnConditionCheckFailure: input.ReturnValuesOnConditionCheckFailure,
      }),
    };
    if (operation.kind !== 'query' && operation.kind !== 'scan') {
      const { Attributes, ConsumedCapacity } = await write(operation, more, context);
      return { Items: Attributes ? [Attributes] : [], ...(ConsumedCapacity && { ConsumedCapacity }) };
    }
    const {
      Items = [],
      LastEvaluatedKey,
      ConsumedCapacity,
    } = await read(operation, context, {
      ...(ReturnConsumedCapacity && { ReturnConsumedCapacity }),
      ...(Limit !== undefined && { Limit }),
      ...(ConsistentRead !== undefined && { ConsistentRead }),
      ...(NextToken !== undefined && { ExclusiveStartKey: keyIn(NextToken) }),
    });
    return {
      Items,
      ...(LastEvaluatedKey && { NextToken: tokenOf(LastEvaluatedKey), LastEvaluatedKey }),
      ...(ConsumedCapacity && { ConsumedCapacity }),
    };
  },

  async BatchExecuteStatement({ Statements = [] }, context) {
    new Violations().length(Statements, 'statements', mostStatements.batch, 1).refuse();
    const Responses = [];
    for (const statement of Statements) Responses.push(await answered(statement, context));
    return { Responses };
  },

  async ExecuteTransaction({ TransactStatements = [], ClientRequestToken, ReturnConsumedCapacity }, context) {
    new Violations().length(TransactStatements, 'transactStatements', mostStatements.transaction, 1).refuse();
    const operations = TransactStatements.map((one) => operationIn(one, context));
    const reads = operations.filter(({ kind }) => kind === 'query' || kind === 'scan').length;
    if (reads > 0 && reads < operations.length) {
      throw validation('Statements of a transaction are all reads or all writes');
    }
    const capacity = ReturnConsumedCapacity && { ReturnConsumedCapacity };
    if (reads > 0) {
      const TransactItems = operations.map((operation) => ({ Get: getOf(operation) }));
      const answer = await transact.TransactGetItems?.({ TransactItems, ...capacity }, context);
      return { Responses: answer?.Responses ?? [] };
    }
    const token = ClientRequestToken === undefined ? {} : { ClientRequestToken };
    const TransactItems = operations.map(partOf);
    try {
      await transact.TransactWriteItems?.({ TransactItems, ...token, ...capacity }, context);
    } catch (error) {
      throw error instanceof TransactionCanceledException ? withDuplicates(error, operations) : error;
    }
    return { Responses: [] };
  },
};

function checkStatement(statement: string, parameters: readonly unknown[] | undefined): void {
  new Violations()
    .length(statement, 'statement', 8192, 1)
    .length(parameters?.length === 0 ? parameters : undefined, 'parameters', Number.MAX_SAFE_INTEGER, 1)
    .refuse();
}

function operationIn(
  { Statement = '', Parameters }: ParameterizedStatement,
  { state, call }: Context,
): Operation {
  checkStatement(Statement, Parameters);
  return operationOf(state, call, Statement, Parameters);
}

type Write = Exclude<Operation, { kind: 'query' | 'scan' }>;
type Read = Extract<Operation, { kind: 'query' | 'scan' }>;

/** @throws DuplicateItemException for an item that is there already, and as the operation does */
async function write(operation: Write, more: object, context: Context): Promise<sdk.UpdateItemCommandOutput> {
  const handlers = { put: single.PutItem, update: single.UpdateItem, delete: single.DeleteItem };
  const handler = handlers[operation.kind] as (input: object, context: Context) => unknown;
  try {
    return (await handler({ ...operation.input, ...more }, context)) as sdk.UpdateItemCommandOutput;
  } catch (error) {
    if (operation.kind !== 'put' || (error as Error).name !== 'ConditionalCheckFailedException') throw error;
    throw new DuplicateItemException({ message: duplicate, $metadata: {} });
  }
}

async function read({ kind, input }: Read, context: Context, more: object): Promise<sdk.QueryCommandOutput> {
  const handler = (kind === 'query' ? lists.Query : lists.Scan) as (
    input: object,
    context: Context,
  ) => unknown;
  return (await handler({ ...input, ...more }, context)) as sdk.QueryCommandOutput;
}

async function answered(
  statement: BatchStatementRequest,
  context: Context,
): Promise<sdk.BatchStatementResponse> {
  let TableName: string | undefined;
  try {
    const operation = operationIn(statement, context);
    TableName = operation.input.TableName;
    const { ReturnValuesOnConditionCheckFailure: shown, ConsistentRead } = statement;
    if (operation.kind === 'query' || operation.kind === 'scan') {
      if (operation.kind === 'scan' || !operation.key) throw needsKey();
      const { Items: [Item] = [] } = await read(operation, context, {
        ...(ConsistentRead && { ConsistentRead }),
      });
      return { TableName, ...(Item && { Item }) } as sdk.BatchStatementResponse;
    }
    const more = shown ? { ReturnValuesOnConditionCheckFailure: shown } : {};
    const { Attributes: Item } = await write(operation, more, context);
    return { TableName, ...(Item && { Item }) } as sdk.BatchStatementResponse;
  } catch (error) {
    const { name, message, Item } = error as Error & { Item?: Attributes };
    const Code = codes[name];
    if (!Code) throw error;
    return { Error: { Code, Message: message, ...(Item && { Item }) }, ...(TableName && { TableName }) };
  }
}

const codes: Readonly<Record<string, BatchStatementErrorCodeEnum>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  DuplicateItemException: 'DuplicateItem',
  ResourceNotFoundException: 'ResourceNotFound',
  ServiceError: 'ValidationError',
  ValidationException: 'ValidationError',
};

const needsKey = () =>
  new ServiceError(
    'ValidationException',
    'Select statements within BatchExecuteStatement must specify the primary key in the where clause.',
  );

function getOf(operation: Operation): sdk.Get {
  if (operation.kind !== 'query' || !operation.key) throw needsKey();
  const { TableName, ProjectionExpression } = operation.input;
  const names = operation.input.ExpressionAttributeNames ?? {};
  const used = Object.entries(names).filter(([place]) =>
    new RegExp(`${place}\\b`).test(ProjectionExpression ?? ''),
  );
  return {
    TableName,
    Key: operation.key,
    ...(ProjectionExpression && { ProjectionExpression, ExpressionAttributeNames: Object.fromEntries(used) }),
  };
}

function partOf(operation: Operation): sdk.TransactWriteItem {
  if (operation.kind === 'put') return { Put: operation.input };
  if (operation.kind === 'delete') return { Delete: operation.input as sdk.Delete };
  return { Update: operation.input as sdk.Update };
}

function withDuplicates(error: TransactionCanceledException, operations: readonly Operation[]): Error {
  const reasons = error.CancellationReasons ?? [];
  const CancellationReasons = reasons.map((reason, index) =>
    operations[index]?.kind === 'put' && reason.Code === 'ConditionalCheckFailed'
      ? { ...reason, Code: 'DuplicateItem', Message: duplicate }
      : reason,
  );
  const shown = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${shown}]`;
  return new TransactionCanceledException({ message, Message: message, CancellationReasons, $metadata: {} });
}

/** The key as a token; bytes are marked. */
function tokenOf(key: Attributes): string {
  const shown = Object.entries(key).map(([name, { B, ...value }]) => [
    name,
    B ? { B: { base64: Buffer.from(B).toString('base64') } } : value,
  ]);
  return Buffer.from(JSON.stringify(Object.fromEntries(shown))).toString('base64');
}

/** @throws ServiceError ValidationException */
function keyIn(token: string): object {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString(), (_, value) =>
      typeof value?.base64 === 'string' ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value,
    );
  } catch {
    throw validation('Given value for NextToken is not valid.');
  }
}
