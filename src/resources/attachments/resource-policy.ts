// The resource policy of a function between its two shapes: requests of AddPermission, and statements.
import { type AddPermissionRequest, AddPermissionRequest$, GetPolicyCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import { isBoolean, settingNames } from '../api-shape.ts';

/** One statement as AddPermission takes it. */
export type Permission = Omit<
  AddPermissionRequest,
  'FunctionName' | 'StatementId' | 'RevisionId' | 'Qualifier'
>;

/** One statement as GetPolicy answers it. */
export interface Statement {
  Sid: string;
  Effect?: string;
  Principal?: string | Record<string, string>;
  Action?: string;
  Condition?: Record<string, Record<string, string>>;
}

/** undefined: the function has no policy. */
export async function readPolicy(
  { lambda }: Aws,
  FunctionName: string,
  Qualifier?: string,
): Promise<Statement[] | undefined> {
  const found = await absent(() => lambda.send(new GetPolicyCommand({ FunctionName, Qualifier })));
  if (!found?.Policy) return undefined;
  const { Statement } = JSON.parse(found.Policy) as { Statement?: Statement[] };
  return Statement?.length ? Statement : undefined;
}

/** The request that makes such a statement. */
export function permissionOf(statement: Statement | undefined): Permission | undefined {
  if (!statement) return undefined;
  const conditions = Object.values(statement.Condition ?? {}).flatMap((one) => Object.entries(one));
  const members = conditions.map(([key, value]) => {
    const name = memberOf(key);
    return [name, isBoolean(AddPermissionRequest$, name) ? String(value) === 'true' : value] as const;
  });
  return {
    Action: statement.Action,
    Principal: principalOf(statement.Principal),
    ...Object.fromEntries(members),
  } as Permission;
}

/** The member of a request that a condition comes from: `aws:sourceArn` from SourceArn. */
function memberOf(conditionKey: string): string {
  const word = conditionKey.slice(conditionKey.indexOf(':') + 1).toLowerCase();
  return settingNames(AddPermissionRequest$).find((name) => name.toLowerCase() === word) ?? conditionKey;
}

/** An account is answered as the ARN of its root. */
function principalOf(principal: Statement['Principal']): string {
  const [text = ''] = typeof principal === 'object' ? Object.values(principal).flat() : [principal ?? ''];
  return /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(text)?.[1] ?? text;
}
