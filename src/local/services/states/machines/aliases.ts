// Aliases of state machines: names for one version, or for two by weight.
import type * as sdk from '@aws-sdk/client-sfn';
import type { RoutingConfigurationListItem } from '@aws-sdk/client-sfn';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { conflict, invalid, invalidToken, noResourceAtAll, unsatisfied } from '../errors.ts';
import type { AliasRecord } from '../records.ts';
import { machineKey, parseArn, requireMachine, type StatesState } from '../state.ts';
import { checkToken, limitOf } from './checks.ts';
import { versionKey } from './qualified.ts';

type Routes = AliasRecord['routes'];

export const aliases: Handlers<typeof sdk, StatesState> = {
  CreateStateMachineAlias({ name = '', description, routingConfiguration }, { state }) {
    checkName(name);
    const routes = checkedRoutes(state, routingConfiguration);
    const machineArn = (routes[0]?.version ?? '').split(':').slice(0, 7).join(':');
    const parsed = parseArn(machineArn);
    if (!parsed) throw noResourceAtAll();
    const key = `${machineKey(parsed, parsed.name)}/${name}`;
    const existing = state.aliases.get(key);
    if (existing && (existing.description !== description || !sameRoutes(existing.routes, routes))) {
      throw conflict(
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
      );
    }
    const now = state.host.now();
    const alias: AliasRecord = existing ?? {
      name,
      arn: `${machineArn}:${name}`,
      ...(description === undefined ? {} : { description }),
      routes,
      created: now,
      updated: now,
    };
    state.aliases.put(key, alias);
    return { stateMachineAliasArn: alias.arn, creationDate: new Date(alias.created) };
  },

  DescribeStateMachineAlias({ stateMachineAliasArn: arn = '' }, { state }) {
    const { alias } = required(state, arn);
    return {
      stateMachineAliasArn: alias.arn,
      name: alias.name,
      ...(alias.description === undefined ? {} : { description: alias.description }),
      routingConfiguration: alias.routes.map(({ version, weight }) => ({
        stateMachineVersionArn: version,
        weight,
      })),
      creationDate: new Date(alias.created),
      updateDate: new Date(alias.updated),
    };
  },

  UpdateStateMachineAlias({ stateMachineAliasArn: arn = '', description, routingConfiguration }, { state }) {
    const { key, alias } = required(state, arn);
    const now = state.host.now();
    state.aliases.put(key, {
      ...alias,
      ...(description === undefined ? {} : { description }),
      ...(routingConfiguration ? { routes: checkedRoutes(state, routingConfiguration) } : {}),
      updated: now,
    });
    return { updateDate: new Date(now) };
  },

  DeleteStateMachineAlias({ stateMachineAliasArn: arn = '' }, { state }) {
    state.aliases.remove(versionKey(arn));
    return {};
  },

  ListStateMachineAliases({ stateMachineArn = '', nextToken, maxResults }, { state, call }) {
    checkToken(nextToken, 1024);
    const limit = limitOf(maxResults);
    const machine = requireMachine(state, stateMachineArn);
    const version = parseArn(stateMachineArn)?.rest;
    const all = Array.from(
      state.aliases.entries(`${machineKey(call, machine.name)}/`),
      ([, alias]) => alias,
    ).filter(
      ({ routes }) => version === undefined || routes.some((route) => route.version === stateMachineArn),
    );
    const { items, next } = page(
      all,
      ({ name }) => name,
      nextToken,
      limit,
      () => invalidToken(),
    );
    return {
      stateMachineAliases: items.map(({ arn, created }) => ({
        stateMachineAliasArn: arn,
        creationDate: new Date(created),
      })),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },
};

const pattern = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/;

function checkName(name: string): void {
  if (name.length > 80) throw unsatisfied(name, 'name', 'have length less than or equal to 80');
  if (!pattern.test(name)) {
    throw unsatisfied(
      name,
      'name',
      'satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$',
    );
  }
}

/** @throws ValidationException */
function checkedRoutes(state: StatesState, items: readonly RoutingConfigurationListItem[] = []): Routes {
  const routes = items.map(({ stateMachineVersionArn: version = '', weight = 0 }) => ({ version, weight }));
  const arns = routes.map(({ version }) => version);
  const list = (values: readonly (string | number)[]) => `[${values.join(', ')}]`;
  if (routes.length > 2) {
    const shown = routes.map(
      ({ version, weight }) =>
        `RoutingConfigurationListItem(stateMachineVersionArn=${version}, weight=${weight})`,
    );
    throw unsatisfied(list(shown), 'routingConfiguration', 'have length less than or equal to 2');
  }
  for (const [index, { weight }] of routes.entries()) {
    if (weight > 100) {
      throw unsatisfied(
        weight,
        `routingConfiguration.${index + 1}.member.weight`,
        'have value less than or equal to 100',
      );
    }
  }
  if (arns.some((arn) => !/^\d+$/.test(parseArn(arn)?.rest ?? ''))) {
    throw invalid(`Routing configuration must contain state machine version ARNs. Received: ${list(arns)}`);
  }
  if (new Set(arns).size < arns.length) {
    throw invalid(
      `Routing configuration must contain distinct state machine version ARNs. Received: ${list(arns)}`,
    );
  }
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw invalid(`Sum of routing configuration weights must equal 100. Received: ${list(weights)}`);
  }
  if (arns.some((arn) => !state.versions.get(versionKey(arn)))) throw noResourceAtAll();
  return routes;
}

const sameRoutes = (a: Routes, b: Routes): boolean => JSON.stringify(a) === JSON.stringify(b);

/** @throws ResourceNotFound, InvalidArn */
function required(state: StatesState, arn: string): { key: string; alias: AliasRecord } {
  const key = versionKey(arn);
  const alias = state.aliases.get(key);
  if (!alias) throw noResourceAtAll();
  return { key, alias };
}
