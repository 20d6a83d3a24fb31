// The local STS: who calls, and temporary credentials.
import * as sdk from '@aws-sdk/client-sts';
import type { Service } from '../../service.ts';
import type { Store } from '../../store/store.ts';
import type { IamState } from '../iam/state.ts';
import { credentials } from './credentials.ts';
import { type StsState, stsState } from './state.ts';

/** `iam` is the state of the IAM service on the same store. */
export function createStsService(store: Store, iam: IamState): Service<typeof sdk, StsState> {
  return { name: 'sts', protocol: 'query', sdk, handlers: credentials, state: stsState(store, iam) };
}
