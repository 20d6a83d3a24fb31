// The records of Secrets Manager, their keys, and how a request finds a secret by name, ARN or part of an ARN.

import { randomInt } from 'node:crypto';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { Collection, Store } from '../../store/store.ts';
import { checkSecretId } from './checks.ts';
import { invalidRequest, notFound } from './errors.ts';

export interface SecretVersion {
  readonly id: string;
  readonly string?: string;
  /** Base64. */
  readonly binary?: string;
  /** Sorted by name. A version without labels is deprecated. */
  readonly stages: readonly string[];
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  /** The day of the last read. */
  readonly accessed?: number;
  readonly kmsKeyId?: string;
}

export interface SecretRecord {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly type?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly created: number;
  readonly changed: number;
  readonly accessed?: number;
  /** When deletion was requested, and when it happens. */
  readonly deleted?: { readonly asked: number; readonly due: number };
  readonly policy?: string;
  /** In order of creation. */
  readonly versions: readonly SecretVersion[];
}

export interface SecretsState {
  /** Keys: `account/region/name`. */
  readonly secrets: Collection<SecretRecord>;
  now(): number;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function createSecretsState(store: Store, now: () => number): SecretsState {
  return { secrets: store.collection('secretsmanager/secrets'), now };
}

export const secretKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;

/** With six characters that no earlier secret of this name had. */
export function newArn({ account, region }: Scope, name: string): string {
  const random = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
  return `arn:${partitionOf(region)}:secretsmanager:${region}:${account}:secret:${name}-${random}`;
}

export function save(state: SecretsState, scope: Scope, secret: SecretRecord): void {
  state.secrets.put(secretKey(scope, secret.name), secret);
}

/** The record; undefined once its deletion is due. */
export function alive(state: SecretsState, secret: SecretRecord | undefined): SecretRecord | undefined {
  return secret?.deleted && secret.deleted.due <= state.now() ? undefined : secret;
}

/** Finds a secret by name, by ARN, or by an ARN without the six characters and the hyphen before them. */
export function lookUp(state: SecretsState, scope: Scope, id: string): SecretRecord | undefined {
  if (!id.startsWith('arn:')) return alive(state, state.secrets.get(secretKey(scope, id)));
  const [, , , region, account, , tail = ''] = id.split(':');
  if (region !== scope.region || account !== scope.account) return undefined;
  const whole = alive(state, state.secrets.get(secretKey(scope, tail.slice(0, -7))));
  if (whole?.arn === id) return whole;
  return alive(state, state.secrets.get(secretKey(scope, tail)));
}

/** @throws ResourceNotFoundException, ServiceError for an impossible name */
export function findSecret(state: SecretsState, scope: Scope, id = ''): SecretRecord {
  checkSecretId(id);
  const secret = lookUp(state, scope, id);
  if (!secret) throw notFound();
  return secret;
}

/** @throws InvalidRequestException when the secret is marked for deletion */
export function findUsable(state: SecretsState, scope: Scope, id: string | undefined): SecretRecord {
  const secret = findSecret(state, scope, id);
  if (secret.deleted) {
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}
