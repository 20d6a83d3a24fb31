// Missing permissions: names the policy statement that would allow the call.
import { failed } from '../described.ts';
import { lower } from '../words.ts';
import { iamAction } from './iam-action.ts';
import type { Advice, Kind, Refusal } from './refusal.ts';

/** The start of an advice that gives a policy statement. */
export const statementAdvice = 'ask for this policy statement: ';

const denied: Advice = (refusal) => {
  const actions = new Set([refusal, ...(refusal.denied ?? [])].map(actionOf));
  return actions.size > 1
    ? deniedReads(refusal, [...actions].filter(Boolean) as string[])
    : deniedCall(refusal);
};

function deniedCall(refusal: Refusal) {
  const { text, call, resource: bucketName } = refusal;
  const action = actionOf(refusal);
  // S3 often says only `Access Denied`, without the resource.
  const bucket = call?.startsWith('S3:') && bucketName ? bucketArn(bucketName, action ?? '') : undefined;
  const resource = /on resource:? (\S+?)[,;]?(?= |$)/.exec(text)?.[1] ?? bucket;
  if (!action)
    return failed('AWS denied access', lower(text), 'ask for the permission that the message names');
  const explicit = isExplicit(text);
  const statement = { Effect: 'Allow', Action: action, Resource: resource ?? '*' };
  return failed(
    `access denied: ${action}${resource ? ` on ${resource}` : ''}`,
    reasonOf(text, 'it'),
    explicit ? askAdministrator : `${statementAdvice}${JSON.stringify(statement)}`,
  );
}

/** One error for all reads that were denied, so that nobody asks for permissions one by one. */
function deniedReads({ text }: Refusal, actions: readonly string[]) {
  const sorted = actions.toSorted();
  return failed(`access denied: ${sorted.join(', ')}`, reasonOf(text, 'any of them'), {
    command: 'policy',
    why: 'prints the policy that this project needs, to ask for',
  });
}

function actionOf({ text, call }: Refusal): string | undefined {
  return /perform:? ([\w-]+:\w+)/.exec(text)?.[1] ?? (call && iamAction(call));
}

function reasonOf(text: string, what: string): string {
  const who = /(?:User|Principal):? (arn:\S+)/i.exec(text)?.[1];
  const explicit = isExplicit(text) ? 'a policy denies it explicitly' : undefined;
  return [who && `${who} may not do ${what}`, explicit].filter(Boolean).join('; ') || lower(text);
}

function isExplicit(text: string): boolean {
  return /explicit deny/i.test(text);
}

const askAdministrator =
  'ask the administrator of the account: a policy that allows it cannot override an explicit deny';

export const accessErrors: Kind = {
  codes: {
    AccessDenied: denied,
    AccessDeniedException: denied,
    UnauthorizedOperation: denied,
  },
};

/** ARN of the bucket, or of the objects in it, depending on the action. */
function bucketArn(name: string, action: string): string {
  const inside = /:(Put|Get|Delete)Object$|:(AbortMultipartUpload|ListMultipartUploadParts)$/.test(action);
  return `arn:aws:s3:::${name}${inside ? '/*' : ''}`;
}
