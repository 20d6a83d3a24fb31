// The two shapes of a resource policy's statements: AddPermission's request and GetPolicy's answer.
import {
  type AddPermissionRequest,
  AddPermissionRequest$,
  GetPolicyCommand,
  type GetPolicyRequest,
} from '@aws-sdk/client-lambda';
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

/** The statements that other fields of a function need in its resource policy, by statement id. */
export interface Claims {
  readonly claimed: Readonly<Record<string, Permission>>;
  /** Whether a statement id belongs to such a field, declared or not. */
  owns(id: string): boolean;
  /** Whether such a field is declared but no longer needs its statement with this id. */
  released(id: string): boolean;
  /** Whether any such field is declared. */
  readonly any: boolean;
}

/** undefined: the function has no policy. */
export async function readPolicy({ lambda }: Aws, at: GetPolicyRequest): Promise<Statement[] | undefined> {
  const answer = await absent(() => lambda.send(new GetPolicyCommand(at)));
  if (!answer?.Policy) return undefined;
  const { Statement } = JSON.parse(answer.Policy) as { Statement?: Statement[] };
  return Statement?.length ? Statement : undefined;
}

/** The AddPermission request that creates this statement. */
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

/** The request member behind a condition key: SourceArn for `aws:sourceArn`. */
function memberOf(conditionKey: string): string {
  const word = conditionKey.slice(conditionKey.indexOf(':') + 1).toLowerCase();
  return settingNames(AddPermissionRequest$).find((name) => name.toLowerCase() === word) ?? conditionKey;
}

/** GetPolicy answers an account as the ARN of its root user. */
function principalOf(principal: Statement['Principal']): string {
  const [text = ''] = typeof principal === 'object' ? Object.values(principal).flat() : [principal ?? ''];
  return /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(text)?.[1] ?? text;
}
