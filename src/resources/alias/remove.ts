// The removal of an alias, with what hangs on it: that goes first, so that nothing is left of it on AWS.
import {
  DeleteAliasCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import { readPolicy } from '../attachments/resource-policy.ts';
import { type LiveProvisioned, readProvisioned } from './provisioned.ts';

export interface AliasParts {
  readonly provisioned?: LiveProvisioned;
  /** Its own address. */
  readonly url?: string;
  /** Ids of the statements of its own resource policy. */
  readonly statements: readonly string[];
  /** It has its own limits and destinations of asynchronous invocations. */
  readonly invokeConfig: boolean;
}

export async function readAliasParts(aws: Aws, FunctionName: string, Qualifier: string): Promise<AliasParts> {
  const at = { FunctionName, Qualifier };
  const [provisioned, url, policy = [], invoke] = await Promise.all([
    readProvisioned(aws, FunctionName, Qualifier),
    absent(() => aws.lambda.send(new GetFunctionUrlConfigCommand(at))),
    readPolicy(aws, FunctionName, Qualifier),
    absent(() => aws.lambda.send(new GetFunctionEventInvokeConfigCommand(at))),
  ]);
  return {
    provisioned,
    url: url?.FunctionUrl,
    statements: policy.map(({ Sid }) => Sid),
    invokeConfig: invoke !== undefined,
  };
}

/** What goes with it, in words: ` and …`; empty: nothing. */
export function partsInWords({ provisioned, url, statements }: AliasParts): string {
  const many = statements.length;
  return [
    provisioned && `${provisioned.requested} environments that are kept ready for it`,
    url && `its address ${url}`,
    many > 0 && `${many} ${many === 1 ? 'permission' : 'permissions'}`,
  ]
    .filter(Boolean)
    .map((one) => `, ${one}`)
    .join('');
}

export async function removeAlias(
  { lambda }: Aws,
  FunctionName: string,
  Name: string,
  { provisioned, url, statements, invokeConfig }: AliasParts,
): Promise<void> {
  const at = { FunctionName, Qualifier: Name };
  const gone = [
    provisioned && absent(() => lambda.send(new DeleteProvisionedConcurrencyConfigCommand(at))),
    url && absent(() => lambda.send(new DeleteFunctionUrlConfigCommand(at))),
    invokeConfig && absent(() => lambda.send(new DeleteFunctionEventInvokeConfigCommand(at))),
    ...statements.map((StatementId) =>
      absent(() => lambda.send(new RemovePermissionCommand({ ...at, StatementId }))),
    ),
  ];
  await Promise.all(gone);
  await absent(() => lambda.send(new DeleteAliasCommand({ FunctionName, Name })));
}
