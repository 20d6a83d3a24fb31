// The settings of asynchronous invocations: retries, maximum event age, and destinations.

import type * as sdk from '@aws-sdk/client-lambda';
import type { DestinationConfig, FunctionEventInvokeConfig } from '@aws-sdk/client-lambda';
import type { Call, Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { invalid, notFound } from '../errors.ts';
import { page } from '../page.ts';
import { destinationPattern } from '../patterns.ts';
import type { EventInvokeRecord } from '../records.ts';
import { parseReference, type Reference } from '../references.ts';
import { keyOf, type LambdaState } from '../state.ts';
import { attachmentKey, findTarget } from '../targets.ts';
import { Violations } from '../violations.ts';

interface Limits {
  Qualifier?: string;
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
  DestinationConfig?: DestinationConfig;
}

const destinationServices = ['lambda', 'sqs', 'sns', 'events', 's3'];

export const eventInvokeConfigs: Handlers<typeof sdk, LambdaState> = {
  PutFunctionEventInvokeConfig({ FunctionName, ...limits }, { state, call }) {
    const reference = checked(state, call, FunctionName, limits);
    const record = { functionArn: fullArn(reference), destinations: {}, lastModified: Date.now() };
    return answer(keep(state, call, reference, record, limits));
  },

  UpdateFunctionEventInvokeConfig({ FunctionName, ...limits }, { state, call }) {
    const reference = checked(state, call, FunctionName, limits);
    return answer(keep(state, call, reference, existing(state, call, reference), limits));
  },

  GetFunctionEventInvokeConfig({ FunctionName, Qualifier }, { state, call }) {
    return answer(existing(state, call, parseReference(FunctionName, call, Qualifier)));
  },

  DeleteFunctionEventInvokeConfig({ FunctionName, Qualifier }, { state, call }) {
    const reference = parseReference(FunctionName, call, Qualifier);
    existing(state, call, reference);
    state.invokeConfigs.remove(attachmentKey(call, reference));
    return {};
  },

  ListFunctionEventInvokeConfigs({ FunctionName, Marker, MaxItems }, { state, call }) {
    new Violations().range(MaxItems, 'maxItems', 1, 50).refuse();
    const { name, arn } = parseReference(FunctionName, call);
    exists(state, call, { name, arn, qualifier: undefined });
    const all = [...state.invokeConfigs.entries(keyOf(call, name, ''))];
    const { items, next } = page(all, ([key]) => key, Marker, MaxItems);
    return {
      FunctionEventInvokeConfigs: items.map(([, record]) => answer(record)),
      ...(next ? { NextMarker: next } : {}),
    };
  },
};

/** The settings for invocations of this function, version or alias. */
export function eventInvokeConfigOf(
  state: LambdaState,
  call: Scope,
  reference: Reference,
): EventInvokeRecord | undefined {
  return state.invokeConfigs.get(attachmentKey(call, reference));
}

const fullArn = ({ arn, qualifier = '$LATEST' }: Reference) => `${arn}:${qualifier}`;

function checked(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
  limits: Limits,
): Reference {
  const { Qualifier, MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = limits;
  const success = DestinationConfig?.OnSuccess?.Destination;
  const failure = DestinationConfig?.OnFailure?.Destination;
  const violations = new Violations()
    .range(MaximumRetryAttempts, 'maximumRetryAttempts', 0, 2)
    .range(MaximumEventAgeInSeconds, 'maximumEventAgeInSeconds', 60, 21_600)
    .pattern(success, 'destinationConfig.onSuccess.destination', destinationPattern)
    .length(success, 'destinationConfig.onSuccess.destination', 350)
    .pattern(failure, 'destinationConfig.onFailure.destination', destinationPattern)
    .length(failure, 'destinationConfig.onFailure.destination', 350);
  const reference = parseReference(FunctionName, call, Qualifier, { violations });
  if (
    MaximumRetryAttempts === undefined &&
    MaximumEventAgeInSeconds === undefined &&
    DestinationConfig === undefined
  ) {
    throw invalid('You must specify at least one of error handling or destination setting.');
  }
  exists(state, call, reference);
  for (const destination of [success, failure]) {
    if (destination) checkDestination(state, call, reference, destination, { success, failure });
  }
  return reference;
}

function exists(state: LambdaState, call: Call, reference: Reference): void {
  if (!findTarget(state, call, reference)) throw notFound("The function doesn't exist.");
}

function checkDestination(
  state: LambdaState,
  call: Call,
  { name }: Reference,
  destination: string,
  { success, failure }: { success: string | undefined; failure: string | undefined },
): void {
  const [, , service = '', , , , target = ''] = destination.split(':');
  // Buckets receive failures only.
  if (!destinationServices.includes(service) || (service === 's3' && destination === success)) {
    const onSuccess = success === undefined ? 'null' : `OnSuccess(destination=${success})`;
    const onFailure = failure === undefined ? 'null' : `OnFailure(destination=${failure})`;
    throw invalid(
      `The provided destination config DestinationConfig(onSuccess=${onSuccess}, onFailure=${onFailure}) is invalid.`,
    );
  }
  if (service !== 'lambda') return;
  if (target === name) throw invalid("You can't specify the function as a destination for itself.");
  if (!state.functions.get(keyOf(call, target))) {
    throw invalid(`The destination ARN ${destination} is invalid.`);
  }
}

function existing(state: LambdaState, call: Call, reference: Reference): EventInvokeRecord {
  const record = state.invokeConfigs.get(attachmentKey(call, reference));
  if (!record) throw notFound(`The function ${fullArn(reference)} doesn't have an EventInvokeConfig`);
  return record;
}

function keep(
  state: LambdaState,
  call: Call,
  reference: Reference,
  before: EventInvokeRecord,
  { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: Limits,
): EventInvokeRecord {
  const record: EventInvokeRecord = { ...before, lastModified: Date.now() };
  if (MaximumRetryAttempts !== undefined) record.maximumRetryAttempts = MaximumRetryAttempts;
  if (MaximumEventAgeInSeconds !== undefined) record.maximumEventAgeInSeconds = MaximumEventAgeInSeconds;
  if (DestinationConfig !== undefined) {
    const { OnSuccess, OnFailure } = DestinationConfig;
    record.destinations = {
      ...(OnSuccess?.Destination ? { onSuccess: OnSuccess.Destination } : {}),
      ...(OnFailure?.Destination ? { onFailure: OnFailure.Destination } : {}),
    };
  }
  state.invokeConfigs.put(attachmentKey(call, reference), record);
  return record;
}

function answer({ destinations, ...record }: EventInvokeRecord): FunctionEventInvokeConfig {
  const to = (Destination: string | undefined) => (Destination === undefined ? {} : { Destination });
  return {
    LastModified: new Date(record.lastModified),
    FunctionArn: record.functionArn,
    MaximumRetryAttempts: record.maximumRetryAttempts,
    MaximumEventAgeInSeconds: record.maximumEventAgeInSeconds,
    DestinationConfig: { OnSuccess: to(destinations.onSuccess), OnFailure: to(destinations.onFailure) },
  };
}
