// What the sources of credentials are given and return.
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { Settings } from '../settings.ts';

export type Credentials = AwsCredentialIdentity;
/** As the SDK's clients expect it. */
export type Provider = AwsCredentialIdentityProvider;

/** What a source of credentials may use. */
export interface Means {
  readonly settings: Settings;
  /** Configuration for the clients of STS and IAM Identity Center, without credentials and endpoint. */
  readonly client: object;
  /** Asks at the terminal; undefined: there is none. */
  readonly ask?: (question: string) => Promise<string>;
  readonly signal?: AbortSignal;
}

/** undefined: this source is not configured, so the next one is tried. Rejects when it is configured and fails. */
export type Source = (means: Means) => Promise<Credentials | undefined>;
