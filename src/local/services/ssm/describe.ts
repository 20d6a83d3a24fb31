// Data about parameters other than their values: descriptions, history, labels.
import type * as sdk from '@aws-sdk/client-ssm';
import {
  type ParameterHistory,
  type ParameterStringFilter,
  ParameterVersionLabelLimitExceeded,
} from '@aws-sdk/client-ssm';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { page } from '../pages.ts';
import { invalid, invalidToken, versionNotFound } from './errors.ts';
import { checkFilters, matches } from './filters.ts';
import { findParameter, parseName } from './names.ts';
import {
  latestOf,
  type ParameterRecord,
  parameterArn,
  type SsmState,
  type VersionRecord,
  versionKey,
  versionsOf,
} from './state.ts';

const mostLabels = 10;

export const describe: Handlers<typeof sdk, SsmState> = {
  DescribeParameters(input, { state, call }) {
    const { Filters = [], ParameterFilters = [] } = input;
    new Violations().range(input.MaxResults, 'maxResults', 1, 50).refuse();
    if (Filters.length > 0 && ParameterFilters.length > 0)
      throw invalid('You can use either Filters or ParameterFilters in a single request.');
    // The older filters compare with BeginsWith, except for types.
    const filters: ParameterStringFilter[] =
      Filters.length > 0
        ? Filters.map(({ Key, Values }) => ({
            Key,
            Values,
            Option: Key === 'Name' ? 'BeginsWith' : 'Equals',
          }))
        : ParameterFilters;
    checkFilters(filters, false);
    const found = [...state.parameters.entries(scopePrefix(call))]
      .map(([, parameter]) => ({ parameter, version: latestOf(state, call, parameter) }))
      .filter(({ parameter, version }) => matches(parameter, version, filters));
    const { items, next } = page(
      found,
      ({ parameter }) => parameter.name,
      input.NextToken,
      input.MaxResults ?? 50,
      invalidToken,
    );
    const Parameters = items.map(({ parameter, version }) => {
      const { Value: _, Labels: __, ...described } = historyOf(parameter, version, false);
      return { ...described, ARN: parameterArn(call, parameter.name) };
    });
    return { Parameters, NextToken: next };
  },

  GetParameterHistory({ Name = '', WithDecryption = false, MaxResults, NextToken: token }, { state, call }) {
    new Violations().length(Name, 'name', 2048, 1).range(MaxResults, 'maxResults', 1, 50).refuse();
    const parameter = findParameter(state, call, parseName(Name).name);
    const versions = versionsOf(state, call, parameter.name);
    const { items, next } = page(
      versions,
      ({ version }) => String(version),
      token,
      MaxResults ?? 50,
      invalidToken,
    );
    return {
      Parameters: items.map((version) => historyOf(parameter, version, WithDecryption)),
      NextToken: next,
    };
  },

  LabelParameterVersion({ Name = '', ParameterVersion, Labels = [] }, { state, call }) {
    checkLabels(Labels);
    const parameter = findParameter(state, call, parseName(Name).name);
    const number = ParameterVersion ?? parameter.latest;
    const target = requireVersion(state, call, parameter, number);
    const InvalidLabels = Labels.filter((label) => !usable(label));
    const wanted = Labels.filter(usable);
    const labels = [...new Set([...target.labels, ...wanted])];
    if (labels.length > mostLabels) {
      throw new ParameterVersionLabelLimitExceeded({
        message:
          'An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A ' +
          'parameter version can have maximum 10 labels.Move one or more labels to another version and try again.',
        $metadata: {},
      });
    }
    // A label is on one version only, so it moves.
    for (const version of versionsOf(state, call, parameter.name)) {
      const kept = version.labels.filter((label) => !wanted.includes(label));
      if (kept.length < version.labels.length) put(state, call, parameter, { ...version, labels: kept });
    }
    put(state, call, parameter, { ...target, labels });
    return { InvalidLabels, ParameterVersion: number };
  },

  UnlabelParameterVersion({ Name = '', ParameterVersion = 0, Labels = [] }, { state, call }) {
    checkLabels(Labels);
    const parameter = findParameter(state, call, parseName(Name).name);
    const target = requireVersion(state, call, parameter, ParameterVersion);
    const RemovedLabels = Labels.filter((label) => target.labels.includes(label));
    const InvalidLabels = Labels.filter((label) => !target.labels.includes(label));
    const labels = target.labels.filter((label) => !Labels.includes(label));
    put(state, call, parameter, { ...target, labels });
    return { RemovedLabels, InvalidLabels };
  },
};

function checkLabels(labels: readonly string[]): void {
  new Violations()
    .length(labels, 'labels', 10, 1)
    .each(labels, 'labels', (label) => label.length >= 1 && label.length <= 100, [
      'Member must have length less than or equal to 100',
      'Member must have length greater than or equal to 1',
    ])
    .refuse();
}

function usable(label: string): boolean {
  return /^[a-zA-Z_.-][a-zA-Z0-9_.-]*$/.test(label) && !/^(aws|ssm)/i.test(label);
}

function requireVersion(
  state: SsmState,
  scope: Scope,
  { name }: ParameterRecord,
  number: number,
): VersionRecord {
  const version = state.versions.get(versionKey(scope, name, number));
  if (!version) throw versionNotFound(number, name);
  return version;
}

function put(state: SsmState, scope: Scope, { name }: ParameterRecord, version: VersionRecord): void {
  state.versions.put(versionKey(scope, name, version.version), version);
}

function historyOf(parameter: ParameterRecord, version: VersionRecord, decrypted: boolean): ParameterHistory {
  return {
    Name: parameter.name,
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: new Date(version.modified),
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    Value: decrypted ? version.value : (version.sealed ?? version.value),
    AllowedPattern: version.allowedPattern,
    Version: version.version,
    Labels: [...version.labels],
    Tier: version.tier,
    Policies: policiesOf(version.policies),
    DataType: version.dataType,
  };
}

function policiesOf(
  text: string | undefined,
): { PolicyText: string; PolicyType: string; PolicyStatus: string }[] {
  if (!text) return [];
  try {
    const policies = JSON.parse(text) as { Type?: string }[];
    return policies.map((policy) => ({
      PolicyText: JSON.stringify(policy),
      PolicyType: policy.Type ?? '',
      PolicyStatus: 'Pending',
    }));
  } catch {
    return [];
  }
}
