// Calls an operation of another service of the local AWS, as the role of a machine.
import { randomUUID } from 'node:crypto';
import type { Call } from '../../../call.ts';
import { toJson } from '../../../protocols/json-values.ts';
import { type Operation, operationsOf } from '../../../protocols/operations.ts';
import { type Members, missingMembers, problemOf } from '../../../protocols/protocol.ts';
import type { Service, ServiceHost } from '../../../service.ts';
import type { Json } from '../../../states-language/json.ts';
import { inputOf, outputOf } from './values.ts';

export interface ApiRequest {
  readonly host: ServiceHost;
  /** The name in the signature: `dynamodb`. */
  readonly service: string;
  /** `PutItem`, or with a small first letter. */
  readonly operation: string;
  readonly parameters: Json;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly session: string;
  readonly trace?: string;
}

export interface ApiAnswer {
  readonly output: Record<string, Json>;
  readonly requestId: string;
  /** The bytes of the answer in JSON. */
  readonly length: number;
}

/** An error that the service answered. */
export class ApiFailure extends Error {
  /** The code on the wire. */
  readonly code: string;
  /** Whether the API's model has this error. */
  readonly modelled: boolean;
  readonly status: number;
  readonly requestId: string;

  constructor(code: string, message: string, modelled: boolean, status: number, requestId: string) {
    super(message);
    this.code = code;
    this.modelled = modelled;
    this.status = status;
    this.requestId = requestId;
  }
}

/** undefined: the local AWS has no such operation. */
export function findOperation(host: ServiceHost, service: string, operation: string) {
  const found = host.service(service);
  const name = operation.charAt(0).toUpperCase() + operation.slice(1);
  const table = found && operationsOf(found.sdk as object);
  const described = table?.get(name);
  const handlers = found?.handlers as Record<string, Handler | undefined> | undefined;
  const handler = handlers?.[name];
  return found && described && handler ? { service: found, operation: described, handler } : undefined;
}

type Handler = (input: Members, context: { call: Call; state: unknown }) => unknown;

/** @throws ApiFailure, StateFailure */
export async function callApi(request: ApiRequest): Promise<ApiAnswer> {
  const { host, service: name, operation: named, parameters } = request;
  const requestId = randomUUID();
  const found = findOperation(host, name, named);
  if (!found) {
    throw new ApiFailure(
      'UnsupportedOperation',
      `${name}:${named} is not supported locally`,
      false,
      501,
      requestId,
    );
  }
  const { service, operation, handler } = found;
  try {
    const input = inputOf(operation.input, parameters);
    checkRequired(service, operation, input);
    const context = { call: callOf(request, requestId), state: service.state };
    const output = (await handler(input, context)) ?? {};
    await host.store.committed();
    const json = await outputOf(operation.output, output);
    return { output: (json ?? {}) as Record<string, Json>, requestId, length: lengthOf(operation, output) };
  } catch (error) {
    const { code, message, shape, status } = problemOf(error, service.sdk as object);
    if (code === 'InternalFailure') throw error;
    throw new ApiFailure(code, message, shape !== undefined, status, requestId);
  }
}

function checkRequired(service: Service, operation: Operation, input: Members): void {
  const missing = service.checksRequired ? undefined : missingMembers(operation.input, input);
  if (missing === undefined) return;
  throw new ApiFailure(service.violation ?? 'ValidationException', missing, false, 400, '');
}

function lengthOf(operation: Operation, output: unknown): number {
  const streaming =
    operation.output.kind === 'structure' &&
    operation.output.members.some(({ shape }) => shape.kind === 'blob' && shape.streaming);
  return streaming ? 0 : Buffer.byteLength(JSON.stringify(toJson(operation.output, output) ?? {}));
}

function callOf({ host, account, region, roleArn, session, trace }: ApiRequest, requestId: string): Call {
  const role = roleArn.split('/').at(-1) ?? '';
  return {
    account,
    region,
    callerArn: assumed(roleArn, session),
    callerId: `AROA${role}:${session}`,
    requestId,
    endpoint: host.endpoint(),
    signal: new AbortController().signal,
    ...(trace === undefined ? {} : { traceId: trace }),
  };
}

/** The ARN of a session: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
export const assumed = (roleArn: string, session: string): string =>
  `${roleArn.split(':role/')[0]?.replace(':iam:', ':sts:')}:assumed-role/${roleArn.split('/').at(-1)}/${session}`;
