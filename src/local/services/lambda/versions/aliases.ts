// Aliases: names for versions, with an optional second version for a part of the requests.

import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { AliasConfiguration, AliasRoutingConfiguration } from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { prewarm } from '../concurrency/prewarm.ts';
import { conflict, invalid, notFound, preconditionFailed } from '../errors.ts';
import { page } from '../page.ts';
import type { AliasRecord } from '../records.ts';
import { findFunction, findLatest, parseReference, type Reference } from '../references.ts';
import { arnOf, keyOf, type LambdaState, prefixOf } from '../state.ts';
import { dropAttachments } from '../targets.ts';
import { Violations } from '../violations.ts';

const namePattern = '(?!^[0-9]+$)([a-zA-Z0-9-_]+)';
const versionPattern = '(\\$LATEST(\\.PUBLISHED)?|[0-9]+)';

export const aliases: Handlers<typeof sdk, LambdaState> = {
  CreateAlias({ FunctionName, Name, FunctionVersion, Description, RoutingConfig }, { state, call }) {
    const violations = violationsOf({ Name, FunctionVersion, Description, RoutingConfig });
    const reference = parseReference(FunctionName, call, undefined, { plain: true, violations });
    const functionVersion = FunctionVersion ?? '';
    const weights = weightsOf(RoutingConfig);
    checkTarget(state, call, reference, functionVersion, weights);
    const key = keyOf(call, reference.name, Name);
    if (state.aliases.get(key)) throw conflict(`Alias already exists: ${reference.arn}:${Name}`);
    const { account, region } = call;
    const alias: AliasRecord = {
      name: Name ?? '',
      account,
      region,
      functionName: reference.name,
      functionVersion,
      description: Description ?? '',
      weights,
      revisionId: randomUUID(),
    };
    state.aliases.put(key, alias);
    prewarm(state, call, reference.name);
    return aliasOf(alias);
  },

  GetAlias({ FunctionName, Name }, { state, call }) {
    const violations = violationsOf({ Name });
    const reference = parseReference(FunctionName, call, undefined, { plain: true, violations });
    return aliasOf(findAlias(state, call, reference, Name));
  },

  UpdateAlias(input, { state, call }) {
    const { FunctionName, Name, FunctionVersion, Description, RoutingConfig, RevisionId } = input;
    const violations = violationsOf({ Name, FunctionVersion, Description, RoutingConfig });
    const reference = parseReference(FunctionName, call, undefined, { plain: true, violations });
    const key = keyOf(call, reference.name, Name);
    const before = state.aliases.get(key);
    if (!before) throw notFound(`Alias not found: ${reference.arn}:${Name}`);
    if (RevisionId !== undefined && RevisionId !== before.revisionId) throw preconditionFailed();
    const alias: AliasRecord = {
      ...before,
      functionVersion: FunctionVersion ?? before.functionVersion,
      description: Description ?? before.description,
      weights: RoutingConfig ? weightsOf(RoutingConfig) : before.weights,
      revisionId: randomUUID(),
    };
    checkTarget(state, call, reference, alias.functionVersion, alias.weights);
    state.aliases.put(key, alias);
    prewarm(state, call, reference.name);
    return aliasOf(alias);
  },

  DeleteAlias({ FunctionName, Name }, { state, call }) {
    const violations = violationsOf({ Name });
    const { name } = parseReference(FunctionName, call, undefined, { plain: true, violations });
    state.aliases.remove(keyOf(call, name, Name));
    state.provisioned.remove(keyOf(call, name, Name));
    dropAttachments(state, call, name, Name);
    prewarm(state, call, name);
    return {};
  },

  ListAliases({ FunctionName, FunctionVersion, Marker, MaxItems }, { state, call }) {
    const violations = violationsOf({ FunctionVersion });
    const reference = parseReference(FunctionName, call, undefined, { plain: true, violations });
    findLatest(state, call, reference);
    const all = [...state.aliases.entries(prefixOf(call, reference.name))]
      .map(([, alias]) => alias)
      .filter((alias) => FunctionVersion === undefined || alias.functionVersion === FunctionVersion);
    const { items, next } = page(all, ({ name }) => name, Marker, MaxItems);
    return { Aliases: items.map(aliasOf), ...(next ? { NextMarker: next } : {}) };
  },
};

/** @throws ResourceNotFoundException in the words of all operations except UpdateAlias */
export function findAlias(
  state: LambdaState,
  call: Call,
  { name, arn }: Reference,
  alias: string | undefined,
): AliasRecord {
  const found = state.aliases.get(keyOf(call, name, alias));
  if (!found) throw notFound(`Cannot find alias arn: ${arn}:${alias}`);
  return found;
}

interface Parts {
  Name?: string;
  FunctionVersion?: string;
  Description?: string;
  RoutingConfig?: AliasRoutingConfiguration;
}

function violationsOf({ Name, FunctionVersion, Description, RoutingConfig }: Parts): Violations {
  const violations = new Violations()
    .length(Name, 'name', 128, 1)
    .pattern(Name, 'name', namePattern)
    .length(FunctionVersion, 'functionVersion', 1024, 1)
    .pattern(FunctionVersion, 'functionVersion', versionPattern)
    .length(Description, 'description', 256);
  const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
  const place = 'routingConfig.additionalVersionWeights';
  // In Java's format for doubles.
  const shown = Object.fromEntries(
    Object.entries(weights).map(([version, weight]) => [
      version,
      Number.isInteger(weight) ? weight.toFixed(1) : String(weight),
    ]),
  );
  if (Object.keys(weights).some((version) => !/^[0-9]{1,1024}$/.test(version))) {
    violations.add(
      shown,
      place,
      'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]',
    );
  }
  if (Object.values(weights).some((weight) => !(weight >= 0 && weight <= 1))) {
    violations.add(
      shown,
      place,
      'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]',
    );
  }
  return violations;
}

function weightsOf(config: AliasRoutingConfiguration | undefined): Record<string, number> | undefined {
  const weights = config?.AdditionalVersionWeights ?? {};
  return Object.keys(weights).length > 0 ? weights : undefined;
}

function checkTarget(
  state: LambdaState,
  call: Call,
  reference: Reference,
  functionVersion: string,
  weights: Record<string, number> = {},
): void {
  const additional = Object.keys(weights);
  if (additional.length > 1) {
    throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  if (additional.includes(functionVersion)) {
    throw invalid(
      `Invalid function version ${functionVersion}. Function version ${functionVersion} is already included in routing configuration.`,
    );
  }
  for (const version of [functionVersion, ...additional]) {
    findFunction(state, call, { ...reference, qualifier: version });
  }
  if (additional.length > 0 && functionVersion === '$LATEST') {
    // Real AWS answers this without a Type.
    throw new ServiceError(
      'InvalidParameterValueException',
      '$LATEST is not supported for an alias pointing to more than 1 version',
    );
  }
}

function aliasOf(alias: AliasRecord): AliasConfiguration {
  const { name, description, functionName, functionVersion, weights, revisionId, account, region } = alias;
  return {
    AliasArn: `${arnOf({ account, region, name: functionName })}:${name}`,
    Name: name,
    FunctionVersion: functionVersion,
    Description: description,
    ...(weights ? { RoutingConfig: { AdditionalVersionWeights: weights } } : {}),
    RevisionId: revisionId,
  };
}
