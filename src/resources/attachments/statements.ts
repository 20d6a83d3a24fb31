// The two shapes of a resource policy's statements: AddPermission's request and GetPolicy's answer.
import {
  type AddPermissionRequest,
  AddPermissionRequest$,
  GetPolicyCommand,
  type GetPolicyRequest,
} from '@aws-sdk/client-lambda';
import { absent } from '../absent.ts';
import { isBoolean, settingNames } from '../api-shape.ts';
import { shared } from '../shared-request.ts';

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
  Resource?: string;
  Condition?: Record<string, Record<string, string>>;
}

/** undefined: the function, or its alias, has no policy. Concurrent calls share one request. */
export const readPolicy = shared(
  ({ FunctionName, Qualifier = '' }: GetPolicyRequest) => `${FunctionName}:${Qualifier}`,
  async ({ lambda }, at) => {
    const answer = await absent(() => lambda.send(new GetPolicyCommand(at)));
    if (!answer?.Policy) return undefined;
    const { Statement = [] } = JSON.parse(answer.Policy) as { Statement?: Statement[] };
    const here = Statement.filter((one) => isHere(one, at));
    return here.length > 0 ? here : undefined;
  },
);

/** Some endpoints answer the statements of the function and of all its aliases together. */
function isHere({ Resource = '' }: Statement, { Qualifier }: GetPolicyRequest): boolean {
  const found = /:function:[\w-]+(?::([\w$-]+))?$/.exec(Resource);
  return !found || found[1] === Qualifier;
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
