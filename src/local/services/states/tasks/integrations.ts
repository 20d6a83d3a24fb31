// The requests of tasks to other services.
import { StateFailure } from '../../../states-language/failure.ts';
import { isObject, type Json, type JsonObject } from '../../../states-language/json.ts';
import { type ApiAnswer, ApiFailure, callApi } from './api-call.ts';
import { optimizedFailure, sdkFailure } from './failures.ts';
import { sessionOf, type TaskCall } from './kind.ts';
import { metadataOf } from './metadata.ts';
import { checkPermission } from './permission.ts';

/** The names of services in resources of the SDK, where they differ from those in signatures. */
const signed: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  cloudwatchlogs: 'logs',
  cloudwatch: 'monitoring',
  resourcegroupstaggingapi: 'tagging',
};

/** Operations of optimized integrations that the local AWS has. */
const known: Readonly<Record<string, readonly string[]>> = {
  lambda: ['invoke'],
  sqs: ['sendMessage'],
  sns: ['publish'],
  events: ['putEvents'],
  dynamodb: ['getItem', 'putItem', 'updateItem', 'deleteItem'],
  states: ['startExecution'],
};

/** @throws StateFailure */
export async function callOptimized(call: TaskCall): Promise<JsonObject> {
  const { service, operation } = call;
  if (!known[service]?.includes(operation)) {
    throw new StateFailure('States.TaskFailed', `The local AWS has no integration ${service}:${operation}.`);
  }
  const parameters = adapted(call);
  checkPermission(call, parameters);
  try {
    return await answered(call, await request(call, service, parameters));
  } catch (error) {
    throw error instanceof ApiFailure ? optimizedFailure(service, error) : error;
  }
}

/** @throws StateFailure */
export async function callSdk(call: TaskCall): Promise<JsonObject> {
  try {
    const { output } = await request(call, signed[call.service] ?? call.service, call.parameters);
    return output;
  } catch (error) {
    throw error instanceof ApiFailure ? sdkFailure(call.service, error) : error;
  }
}

function request(
  { execution, operation, roleArn }: TaskCall,
  service: string,
  parameters: Json,
): Promise<ApiAnswer> {
  const { account, region, trace } = execution.record;
  return callApi({
    host: execution.state.host,
    service,
    operation,
    parameters,
    account,
    region,
    roleArn,
    session: sessionOf(execution),
    ...(trace === undefined ? {} : { trace }),
  });
}

/** Parameters as the service takes them. */
function adapted({ service, execution, parameters }: TaskCall): JsonObject {
  const given = isObject(parameters) ? parameters : {};
  if (service === 'lambda') return { ...given, Payload: payloadText(given.Payload) };
  if (service !== 'events' || !Array.isArray(given.Entries)) return given;
  const { arn, machineArn } = execution.record;
  const Entries = given.Entries.map((entry) => {
    if (!isObject(entry)) return entry;
    const Resources = [...(Array.isArray(entry.Resources) ? entry.Resources : []), arn, machineArn];
    return { ...entry, Resources };
  });
  return { ...given, Entries };
}

/** A text that is JSON already goes as it is. */
function payloadText(payload: Json | undefined): string {
  if (payload === undefined || payload === null) return '{}';
  if (typeof payload !== 'string') return JSON.stringify(payload);
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    return JSON.stringify(payload);
  }
}

async function answered(
  { service }: TaskCall,
  { output, requestId, length }: ApiAnswer,
): Promise<JsonObject> {
  if (service === 'events') return events(output);
  if (service !== 'lambda')
    return sorted({ ...output, ...metadataOf(service, requestId, service === 'sns' ? 294 : length) });
  const text = String(output.Payload ?? '');
  const payload = fromText(text);
  // Unlike the answer to a function as a resource, it was parsed on its way.
  if (output.FunctionError !== undefined) throw functionFailure(JSON.stringify(payload));
  const size = Buffer.byteLength(text);
  const metadata = metadataOf(service, requestId, size, String(output.ExecutedVersion ?? ''));
  return sorted({ ...output, Payload: payload, ...metadata });
}

const sorted = (members: Readonly<Record<string, Json>>): JsonObject =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));

function events(output: JsonObject): JsonObject {
  const { FailedEntryCount = 0, Entries = [] } = output;
  if (FailedEntryCount === 0) return { Entries, FailedEntryCount };
  throw new StateFailure('EventBridge.FailedEntry', JSON.stringify({ Entries, FailedEntryCount }));
}

export function fromText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** The failure of a function: its error type, and its whole answer as the cause. */
export function functionFailure(text: string): StateFailure {
  const answer = fromText(text);
  const type = isObject(answer) ? answer.errorType : undefined;
  if (typeof type === 'string' && type !== '') return new StateFailure(type, text);
  return new StateFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  );
}
