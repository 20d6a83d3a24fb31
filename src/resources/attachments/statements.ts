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

const keyOf = ({ FunctionName, Qualifier = '' }: GetPolicyRequest) => `${FunctionName}:${Qualifier}`;

/** undefined: the function, or its alias, has no policy. Concurrent calls share one request. */
export const readPolicy = shared(keyOf, async ({ lambda }, at) => {
  const answer = await absent(() => lambda.send(new GetPolicyCommand(at)));
  if (!answer?.Policy) return undefined;
  const { Statement = [] } = JSON.parse(answer.Policy) as { Statement?: Statement[] };
  const here = Statement.filter((one) => isHere(one, at));
  return here.length > 0 ? here : undefined;
});

type Policy = Awaited<ReturnType<typeof readPolicy>>;

/** The answers of the last moments. */
const recent = new WeakMap<Aws, Map<string, { read: number; answer: Promise<Policy> }>>();
/** Milliseconds. */
const moment = 30_000;

/** The same, for those who look for bindings: another part of the same plan has just read the policies. */
export async function lookAtPolicy(aws: Aws, at: GetPolicyRequest): Promise<Policy> {
  const known = recent.get(aws)?.get(keyOf(at));
  return known && performance.now() - known.read < moment ? known.answer : readPolicy(aws, at);
}

/** Reads it and lets `lookAtPolicy` know. */
export function readPolicyFirst(aws: Aws, at: GetPolicyRequest): Promise<Policy> {
  const answer = readPolicy(aws, at);
  const all = recent.get(aws) ?? new Map();
  recent.set(aws, all.set(keyOf(at), { read: performance.now(), answer }));
  return answer;
}

/** It is about to change. */
export function forgetPolicy(aws: Aws, at: GetPolicyRequest): void {
  recent.get(aws)?.delete(keyOf(at));
}

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
