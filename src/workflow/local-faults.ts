// The faults of the local AWS: asks its server, at an address of its own, with signed requests.
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { badInput, UserError } from '../errors/user-error.ts';
import type { LocalServer } from './local-server.ts';

/** As the server checks them: it says what is wrong, and what is allowed. */
export interface FaultSettings {
  kind: string;
  operation: string;
  nth?: number;
  /** From 0 to 1. */
  share?: number;
  seed?: number;
  count?: number;
  /** Milliseconds. */
  delay?: number;
}

export interface Fault extends FaultSettings {
  id: number;
  /** Requests so far that match the operation. */
  matched: number;
  /** Requests so far that the fault met. */
  met: number;
}

/** Throws a UserError (exit 2) for settings that the server does not take. */
export async function addFault(server: LocalServer, settings: FaultSettings): Promise<Fault> {
  return (await ask<{ fault: Fault }>(server, 'POST', '', settings)).fault;
}

export async function listFaults(server: LocalServer): Promise<Fault[]> {
  return (await ask<{ faults: Fault[] }>(server, 'GET', '')).faults;
}

/** Removes one fault, or all of them. Resolves with their number. */
export async function clearFaults(server: LocalServer, id?: string): Promise<number> {
  const path = id === undefined ? '' : `/${encodeURIComponent(id)}`;
  return (await ask<{ cleared: number }>(server, 'DELETE', path)).cleared;
}

async function ask<Answer>(server: LocalServer, method: string, at: string, value?: object): Promise<Answer> {
  const { hostname, port, host } = new URL(server.endpoint);
  const path = `/_slsctl/faults${at}`;
  const body = value ? JSON.stringify(value) : '';
  const { accessKeyId, secretAccessKey } = server;
  const signer = new SignatureV4({
    service: 'slsctl',
    region: 'local',
    credentials: { accessKeyId, secretAccessKey },
    sha256: Hash.bind(null, 'sha256'),
  });
  const { headers } = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    path,
    headers: { host, 'content-length': String(Buffer.byteLength(body)) },
    body,
  });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ hostname, port, method, path, headers, agent: false }, resolve).on('error', reject).end(body);
  });
  const document = (await json(answer)) as Answer & { code?: string; message?: string };
  if (answer.statusCode === 200) return document;
  const { code, message = `the local AWS answers ${answer.statusCode}` } = document;
  throw code === 'InvalidFault'
    ? badInput(message, { next: 'slsctl local fault add --help' })
    : new UserError(message);
}
