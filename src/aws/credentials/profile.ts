// Credentials from a profile of the shared files. A separate file, so that the SDK's code for it is loaded only when needed.
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { fromProcess } from '@aws-sdk/credential-provider-process';
import type { Settings } from '../settings.ts';
import type { Provider } from './provider.ts';

export function profileProviders({ files, profile }: Settings): Provider[] {
  const init = { ...files, profile };
  return [fromIni(init), fromProcess(init)];
}
