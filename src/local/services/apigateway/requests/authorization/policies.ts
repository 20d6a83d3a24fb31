// Whether a policy lets a request pass: that of a Lambda authorizer, or the resource policy of the API.

import { sourceIp } from '../../../../http-events/parts.ts';
import type { ApiGatewayState } from '../../state.ts';

export type Verdict = 'allowed' | 'denied' | 'no statement';

interface Statement {
  readonly Effect?: unknown;
  readonly [member: string]: unknown;
}

export interface PolicyDocument {
  readonly Statement: readonly Statement[];
}

/** A document with statements; undefined: the value is something else. */
export function documentOf(value: unknown): PolicyDocument | undefined {
  const { Statement } = (value ?? {}) as { Statement?: unknown };
  const statements = [Statement].flat();
  const isStatement = (one: unknown): one is Statement =>
    typeof one === 'object' &&
    one !== null &&
    ['Allow', 'Deny'].includes((one as Statement).Effect as string);
  return statements.length > 0 && statements.every(isStatement) ? { Statement: statements } : undefined;
}

export function verdictOf(
  state: ApiGatewayState,
  { Statement }: PolicyDocument,
  resource: string,
  { anybody }: { anybody: boolean },
): Verdict {
  const request = {
    principals: [],
    action: 'execute-api:Invoke',
    resource,
    context: { 'aws:SourceIp': sourceIp },
  };
  const allows = (statements: readonly Statement[]) =>
    state.host.face('policies').allowsService(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: anybody ? statements.map((one) => ({ ...one, Principal: '*' })) : statements,
      }),
      request,
    );
  const denials = Statement.filter(({ Effect }) => Effect === 'Deny');
  if (denials.length > 0 && allows(denials.map((one) => ({ ...one, Effect: 'Allow' })))) return 'denied';
  return allows(Statement) ? 'allowed' : 'no statement';
}
