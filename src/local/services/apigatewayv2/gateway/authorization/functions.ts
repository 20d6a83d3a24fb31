// Lambda authorizers: a function decides, and its answers are kept for a while.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
import { noticeOnce } from '../../../../notices.ts';
import type { WireAnswer } from '../../../../protocols/protocol.ts';
import { functionIn } from '../../control/integration-checks.ts';
import type { AuthorizerRecord, HttpApisState } from '../../state.ts';
import { requestMembers } from '../event-1.ts';
import { event2 } from '../event-2.ts';
import { variableOf } from '../expressions.ts';
import { withVariables } from '../integrations/function.ts';
import { executeArn, type Passage } from '../passage.ts';
import { forbidden, internalError, unauthorized } from '../refusals.ts';
import { decoded } from '../routing.ts';
import { callFunction } from '../source.ts';
import { within } from '../within.ts';

/** Milliseconds that an authorizer may take. */
const patience = 10_000;
/** The number of answers that are kept; the oldest is dropped first. */
const most = 10_000;

interface Verdict {
  /** Whether the request may pass, or the policy that decides about each route. */
  readonly allowed: boolean | { readonly policy: string };
  readonly context: Readonly<Record<string, unknown>> | null;
  readonly principalId?: string;
}

export class FunctionAuthorizers {
  private readonly state: HttpApisState;
  private readonly kept = new Map<string, { readonly until: number; readonly verdict: Verdict }>();

  constructor(state: HttpApisState) {
    this.state = state;
  }

  /** undefined: the request may pass. */
  async check(passage: Passage, authorizer: AuthorizerRecord): Promise<WireAnswer | undefined> {
    const sources = (authorizer.IdentitySource ?? []).map((source) => variableOf(passage, source.slice(1)));
    if (sources.some((value) => value === undefined || value === '')) return unauthorized();
    const verdict = await this.verdict(passage, authorizer, sources as string[]);
    if (!verdict) return internalError();
    if (!this.passes(passage, verdict)) return forbidden();
    const { context, principalId } = verdict;
    const flat = { ...context, ...(principalId === undefined ? {} : { principalId }) };
    passage.authorized = { kind: 'lambda', context: { lambda: context }, flat };
    return undefined;
  }

  /** undefined: the function failed, or its answer is malformed. */
  private async verdict(
    passage: Passage,
    authorizer: AuthorizerRecord,
    sources: readonly string[],
  ): Promise<Verdict | undefined> {
    const { api, scope, stage } = passage.served;
    const ttl = (authorizer.AuthorizerResultTtlInSeconds ?? 0) * 1000;
    // A change of the API ends the kept answers.
    const revision = this.state.revisions.get(`${scope.account}/${scope.region}/${api.id}`) ?? 0;
    const key = JSON.stringify([api.id, revision, stage.name, authorizer.AuthorizerId, ...sources]);
    const kept = ttl > 0 ? this.kept.get(key) : undefined;
    if (kept && kept.until > passage.now) return kept.verdict;
    const verdict = await this.ask(passage, authorizer, sources);
    if (verdict && ttl > 0) {
      if (this.kept.size >= most) this.kept.delete(this.kept.keys().next().value as string);
      this.kept.set(key, { until: passage.now + ttl, verdict });
    }
    return verdict;
  }

  private async ask(
    passage: Passage,
    authorizer: AuthorizerRecord,
    sources: readonly string[],
  ): Promise<Verdict | undefined> {
    const { served, notes, traceId } = passage;
    const { scope, api } = served;
    const functionArn = functionIn(withVariables(authorizer.AuthorizerUri, served.stage.variables));
    if (functionArn === undefined) return undefined;
    const isNew = authorizer.AuthorizerPayloadFormatVersion === '2.0';
    const sourceArn = `arn:aws:execute-api:${scope.region}:${scope.account}:${api.id}/authorizers/${authorizer.AuthorizerId}`;
    const invoked = await within(
      patience,
      callFunction(this.state, served, {
        functionArn,
        event: isNew ? newEvent(passage, sources) : oldEvent(passage, sources),
        traceId,
        sourceArns: [sourceArn],
        role: authorizer.AuthorizerCredentialsArn,
      }),
    );
    const verdict =
      invoked?.result === 'answered'
        ? verdictIn(invoked.payload, authorizer.EnableSimpleResponses)
        : undefined;
    if (verdict) return verdict;
    const why =
      invoked?.result === 'refused'
        ? invoked.error.message
        : invoked && 'payload' in invoked
          ? `it answers ${Buffer.from(invoked.payload).toString().slice(0, 200)}`
          : 'it takes too long';
    notes.authorizerError = why;
    noticeOnce(`The authorizer ${authorizer.Name} of the API ${api.id} does not decide: ${why}`);
    return undefined;
  }

  private passes(passage: Passage, { allowed }: Verdict): boolean {
    if (typeof allowed === 'boolean') return allowed;
    return this.state.host.face('policies').allowsService(allowed.policy, {
      principals: [],
      action: 'execute-api:Invoke',
      resource: routeArn(passage),
      context: {},
    });
  }
}

const routeArn = (passage: Passage): string =>
  executeArn(passage, `${passage.request.method}${decoded(passage.below)}`);

function newEvent(passage: Passage, sources: readonly string[]): object {
  const { body: _, isBase64Encoded: __, version, ...request } = event2(passage) as Record<string, unknown>;
  const identitySource = sources.length > 0 ? sources : null;
  return { version, type: 'REQUEST', routeArn: routeArn(passage), identitySource, ...request };
}

function oldEvent(passage: Passage, sources: readonly string[]): object {
  const identitySource = sources.length > 0 ? sources.join(',') : null;
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: routeArn(passage),
    identitySource,
    authorizationToken: identitySource,
    ...requestMembers(passage),
  };
}

/** The answer of the function: `isAuthorized`, or an IAM policy. */
function verdictIn(payload: Uint8Array, simple: boolean | undefined): Verdict | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { isAuthorized, policyDocument, context = null, principalId } = value as Record<string, unknown>;
  if (typeof context !== 'object') return undefined;
  const common = {
    context: context as Verdict['context'],
    ...(typeof principalId === 'string' ? { principalId } : {}),
  };
  if (simple) return typeof isAuthorized === 'boolean' ? { allowed: isAuthorized, ...common } : undefined;
  const policy = policyFor(policyDocument);
  return policy === undefined ? undefined : { allowed: { policy }, ...common };
}

/** The policy of an authorizer has no principals, and the evaluation needs one. */
function policyFor(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return undefined;
  const statements = [document.Statement].flat() as object[];
  if (!statements.every((one) => typeof one === 'object' && one !== null)) return undefined;
  const Statement = statements.map((statement) => ({ ...statement, Principal: '*' }));
  return JSON.stringify({ Version: '2012-10-17', ...document, Statement });
}
