// The type of a credential provider, as the SDK's clients expect it.
import type { fromIni } from '@aws-sdk/credential-provider-ini';

export type Provider = ReturnType<typeof fromIni>;
export type Caller = Parameters<Provider>[0];
export type Credentials = Awaited<ReturnType<Provider>>;
