// Event buses.
import type * as sdk from '@aws-sdk/client-eventbridge';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList } from '../tag-lists.ts';
import { checkLimit, checkName, forms } from './checks.ts';
import { busExists, invalid } from './errors.ts';
import { policyText } from './permissions.ts';
import {
  type BusRecord,
  busArn,
  busKey,
  busName,
  busOf,
  defaultBus,
  type EventsState,
  requireBus,
  rulesOf,
} from './state.ts';

export const buses: Handlers<typeof sdk, EventsState> = {
  CreateEventBus({ Name = '', Description, KmsKeyIdentifier, DeadLetterConfig, Tags = [] }, { state, call }) {
    checkName(Name, 'name', forms.bus);
    if (Name.includes('/')) throw invalid("Event bus name must not contain '/'.");
    if (busOf(state, call, Name)) throw busExists(Name);
    const now = state.host.now();
    state.buses.put(busKey(call, Name), {
      name: Name,
      created: now,
      modified: now,
      ...(Description === undefined ? {} : { description: Description }),
      ...(KmsKeyIdentifier ? { kmsKeyIdentifier: KmsKeyIdentifier } : {}),
      ...(DeadLetterConfig ? { deadLetterConfig: DeadLetterConfig } : {}),
      statements: [],
      tags: fromTagList(Tags),
    });
    return { EventBusArn: busArn(call, Name), Description, KmsKeyIdentifier, DeadLetterConfig };
  },

  UpdateEventBus({ Name, Description, KmsKeyIdentifier, DeadLetterConfig }, { state, call }) {
    const bus = requireBus(state, call, Name);
    const changed: BusRecord = {
      ...bus,
      modified: state.host.now(),
      description: Description ?? bus.description,
      kmsKeyIdentifier: KmsKeyIdentifier ?? bus.kmsKeyIdentifier,
      deadLetterConfig: DeadLetterConfig ?? bus.deadLetterConfig,
    };
    state.buses.put(busKey(call, bus.name), changed);
    return {
      Arn: busArn(call, bus.name),
      Name: bus.name,
      Description: changed.description,
      KmsKeyIdentifier: changed.kmsKeyIdentifier,
      DeadLetterConfig: changed.deadLetterConfig,
    };
  },

  DescribeEventBus({ Name }, { state, call }) {
    const bus = requireBus(state, call, Name);
    return {
      ...described(call, bus),
      KmsKeyIdentifier: bus.kmsKeyIdentifier,
      DeadLetterConfig: bus.deadLetterConfig,
    };
  },

  ListEventBuses({ NamePrefix = '', Limit, NextToken }, { state, call }) {
    checkLimit(Limit);
    busOf(state, call, defaultBus);
    const prefix = scopePrefix(call) + NamePrefix;
    const found = Array.from(state.buses.entries(prefix), ([, bus]) => bus);
    const { items, next } = page(found, ({ name }) => name, NextToken, Limit ?? 100, badToken);
    return { EventBuses: items.map((bus) => described(call, bus)), NextToken: next };
  },

  DeleteEventBus({ Name }, { state, call }) {
    checkName(Name, 'name', forms.bus);
    const name = busName(call, Name);
    if (name === defaultBus) throw invalid(`Cannot delete event bus ${name}.`);
    for (const _ of rulesOf(state, call, name)) {
      throw invalid(`Event bus ${name} can't be deleted since it has rules.`);
    }
    state.buses.remove(busKey(call, name));
    return {};
  },
};

export const badToken = () => invalid('Token is not valid.');

function described(scope: Scope, bus: BusRecord) {
  return {
    Arn: busArn(scope, bus.name),
    CreationTime: new Date(bus.created),
    Description: bus.description,
    LastModifiedTime: new Date(bus.modified),
    Name: bus.name,
    Policy: policyText(bus),
  };
}
