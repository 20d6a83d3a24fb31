// The policy simulator: which actions policies would allow.
import type * as sdk from '@aws-sdk/client-iam';
import type { ContextEntry, EvaluationResult, PolicyEvaluationDecisionType } from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { invalidInput } from '../errors.ts';
import { type Paging, pageOf } from '../page.ts';
import { roleNamed } from '../roles/roles.ts';
import type { IamState, Identity } from '../state.ts';
import { groupNamed, groupsWith } from '../users/groups.ts';
import { userNamed } from '../users/users.ts';
import type { Context } from './conditions.ts';
import { contextKeys, evaluate, type Match, type Policy, placeOf, type Verdict } from './evaluation.ts';
import { policyAt } from './policies.ts';

export interface Simulated {
  policies: readonly Policy[];
  /** Permissions boundaries: an action is allowed only if one of them allows it. */
  boundaries: readonly Policy[];
}

interface Question extends Paging {
  ActionNames?: string[] | undefined;
  ResourceArns?: string[] | undefined;
  ResourcePolicy?: string | undefined;
  ContextEntries?: ContextEntry[] | undefined;
}

const listed = (documents: readonly string[] | undefined, name: string): Policy[] =>
  (documents ?? []).map((document, index) => ({ source: `${name}.${index + 1}`, document }));

/** Managed and inline policies of the user, group or role with this ARN, and of a user's groups. */
export function policiesAt(state: IamState, account: string, arn: string): Simulated {
  const [, owner, kind, resource = ''] = /^arn:[\w-]+:iam::(\d{12}):(user|group|role)\/(.+)$/.exec(arn) ?? [];
  if (owner === undefined) {
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  }
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const managed = (policyArn: string): Policy[] => {
    const policy = policyAt(state, account, policyArn);
    const version = policy?.versions.find(({ number }) => number === policy.defaultVersion);
    return policy && version ? [{ source: policy.name, document: version.document }] : [];
  };
  const own = (prefix: string, { name, attached, inline }: Identity): Policy[] => [
    ...attached.flatMap(managed),
    ...inline.map(([policy, document]) => ({
      source: `${prefix}_${name}_${policy}`,
      document,
    })),
  ];
  if (kind === 'group') return { policies: own('group', groupNamed(state, account, name)), boundaries: [] };
  const entity = kind === 'role' ? roleNamed(state, account, name) : userNamed(state, account, name);
  const groups = kind === 'user' ? groupsWith(state, account, entity.id) : [];
  return {
    policies: [...own(kind as string, entity), ...groups.flatMap((group) => own('group', group))],
    boundaries: entity.boundary ? managed(entity.boundary) : [],
  };
}

const shownMatches = (matches: readonly Match[]) =>
  matches.map((match) => ({
    SourcePolicyId: match.policy.source,
    // The real simulator answers this text, although the model does not list it.
    SourcePolicyType: 'IAM Policy' as never,
    ...placeOf(match),
  }));

const worst = (decisions: readonly PolicyEvaluationDecisionType[]): PolicyEvaluationDecisionType =>
  (['explicitDeny', 'implicitDeny'] as const).find((one) => decisions.includes(one)) ?? 'allowed';

function simulate(question: Question, { policies, boundaries }: Simulated) {
  const context: Context = new Map(
    (question.ContextEntries ?? []).map(({ ContextKeyName = '', ContextKeyValues = [] }) => [
      ContextKeyName.toLowerCase(),
      ContextKeyValues,
    ]),
  );
  const all = [
    ...policies,
    ...listed(question.ResourcePolicy ? [question.ResourcePolicy] : [], 'ResourcePolicy'),
  ];
  const decide = (action: string, resource: string) => {
    const request = { action, resource, context };
    const verdict = bounded(evaluate(all, request), boundaries, (those) => evaluate(those, request));
    return { resource, ...verdict };
  };
  const results = (question.ActionNames ?? []).map((action): EvaluationResult => {
    const given = question.ResourceArns ?? [];
    const verdicts = (given.length > 0 ? given : ['*']).map((resource) => decide(action, resource));
    const matches = verdicts.flatMap(({ matches }) => matches);
    const unique = matches.filter(
      (match, at) =>
        matches.findIndex(({ policy, index }) => policy === match.policy && index === match.index) === at,
    );
    return {
      EvalActionName: action,
      EvalResourceName: verdicts.length === 1 ? verdicts[0]?.resource : '*',
      EvalDecision: worst(verdicts.map(({ decision }) => decision)),
      MatchedStatements: shownMatches(unique),
      MissingContextValues: [...new Set(verdicts.flatMap(({ missing }) => missing))],
      ...(boundaries.length > 0 && {
        PermissionsBoundaryDecisionDetail: {
          AllowedByPermissionsBoundary: verdicts.every(({ allowedByBoundary }) => allowedByBoundary),
        },
      }),
      ...(given.length > 0 && {
        ResourceSpecificResults: verdicts.map(
          ({ resource, decision, matches, missing, allowedByBoundary }) => ({
            EvalResourceName: resource,
            EvalResourceDecision: decision,
            MatchedStatements: shownMatches(matches),
            MissingContextValues: [...missing],
            ...(boundaries.length > 0 && {
              PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowedByBoundary },
            }),
          }),
        ),
      }),
    };
  });
  const order = new Map(results.map((result, index) => [result, String(index).padStart(6, '0')]));
  const { items, rest } = pageOf(results, (result) => order.get(result) ?? '', question);
  return { EvaluationResults: items, ...rest };
}

/** A boundary grants nothing, but an action that it does not allow is denied. */
function bounded(
  verdict: Verdict,
  boundaries: readonly Policy[],
  judge: (policies: readonly Policy[]) => Verdict,
): Verdict & { allowedByBoundary: boolean } {
  if (boundaries.length === 0) return { ...verdict, allowedByBoundary: true };
  const limit = judge(boundaries);
  const missing = [...new Set([...verdict.missing, ...limit.missing])];
  if (limit.decision === 'allowed') return { ...verdict, missing, allowedByBoundary: true };
  const decision = worst([verdict.decision, limit.decision]);
  return { decision, matches: limit.matches, missing, allowedByBoundary: false };
}

/** @throws InvalidInputException for a document that IAM cannot read */
function checkReadable(documents: readonly (string | undefined)[]): void {
  for (const document of documents) {
    if (document === undefined) continue;
    try {
      contextKeys([document]);
    } catch (error) {
      throw invalidInput((error as Error).message);
    }
  }
}

export const simulation: Handlers<typeof sdk, IamState> = {
  SimulateCustomPolicy(input) {
    const { PolicyInputList, PermissionsBoundaryPolicyInputList: bounds, ResourcePolicy } = input;
    checkReadable([...(PolicyInputList ?? []), ...(bounds ?? []), ResourcePolicy]);
    return simulate(input, {
      policies: listed(PolicyInputList, 'PolicyInputList'),
      boundaries: listed(bounds, 'PermissionsBoundaryPolicyInputList'),
    });
  },

  SimulatePrincipalPolicy(input, { call: { account }, state }) {
    const { PolicySourceArn = '', PolicyInputList, PermissionsBoundaryPolicyInputList: bounds } = input;
    checkReadable([...(PolicyInputList ?? []), ...(bounds ?? []), input.ResourcePolicy]);
    const own = policiesAt(state, account, PolicySourceArn);
    return simulate(input, {
      policies: [...own.policies, ...listed(PolicyInputList, 'PolicyInputList')],
      boundaries: bounds?.length ? listed(bounds, 'PermissionsBoundaryPolicyInputList') : own.boundaries,
    });
  },

  GetContextKeysForCustomPolicy({ PolicyInputList = [] }) {
    checkReadable(PolicyInputList);
    return { ContextKeyNames: contextKeys(PolicyInputList) };
  },

  GetContextKeysForPrincipalPolicy(input, { call: { account }, state }) {
    const { PolicySourceArn = '', PolicyInputList = [] } = input;
    checkReadable(PolicyInputList);
    const own = policiesAt(state, account, PolicySourceArn).policies.map(({ document }) => document);
    return { ContextKeyNames: contextKeys([...own, ...PolicyInputList]) };
  },
};
