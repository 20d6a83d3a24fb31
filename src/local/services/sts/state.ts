// The state of the local STS: its sessions, and the roles that can be assumed.
import type { Store } from '../../store/store.ts';
import { type IamState, iamState } from '../iam/state.ts';
import { createSessions, type Sessions } from './sessions.ts';

export interface StsState {
  readonly sessions: Sessions;
  /** The IAM state that holds the roles. */
  readonly iam: IamState;
}

export const stsState = (store: Store, now: () => number): StsState => ({
  sessions: createSessions(store, now),
  iam: iamState(store),
});
