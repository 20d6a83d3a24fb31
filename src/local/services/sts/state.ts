// The state of the local STS: its sessions, and the roles that can be assumed.
import type { Store } from '../../store/store.ts';
import type { IamState } from '../iam/state.ts';
import { createSessions, type Sessions } from './sessions.ts';

export interface StsState {
  readonly sessions: Sessions;
  /** Whose roles are assumed. */
  readonly iam: IamState;
}

export const stsState = (store: Store, iam: IamState): StsState => ({ sessions: createSessions(store), iam });
