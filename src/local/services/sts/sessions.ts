// Temporary credentials: issued, looked up when they sign a request, removed after they expire.
import { randomBytes } from 'node:crypto';
import type { Store } from '../../store/store.ts';
import { accessKeyId as newKeyId } from '../iam/unique-id.ts';

/** The owner of a session's credentials. */
export interface SessionOwner {
  readonly account: string;
  /** The answer of GetCallerIdentity. */
  readonly arn: string;
  readonly userId: string;
}

export interface Session extends SessionOwner {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

export type Issued = Session & { readonly accessKeyId: string };

export interface Sessions {
  /** New credentials for this many seconds. Sessions that start from this one inherit the tags `transitiveTags`. */
  issue(owner: SessionOwner, seconds: number, transitiveTags?: readonly string[]): Issued;
  /** The transitive tag keys of the owner's latest session. */
  transitiveTags(owner: SessionOwner): readonly string[];
  /** The same owner's earlier credentials while at least half of their lifetime is left, otherwise new ones. */
  share(owner: SessionOwner, seconds: number): Issued;
  /**
   * Also finds expired ones, until the next credentials are issued: the signature check then reports that they expired.
   */
  lookup(accessKeyId: string): Session | undefined;
}

/** `now` returns epoch milliseconds. */
export function createSessions(store: Store, now: () => number = Date.now): Sessions {
  const sessions = store.collection<Session>('sts/sessions');
  // Ordered by time of expiry, so the cleanup reads only expired entries.
  const expiries = store.collection<string>('sts/session-expiries');
  const shared = store.collection<string>('sts/shared-sessions');
  const transitive = store.collection<readonly string[]>('sts/transitive-tags');

  const expiryKey = (expires: number, accessKeyId: string) =>
    `${String(expires).padStart(15, '0')}/${accessKeyId}`;
  const shareKey = ({ arn, userId }: SessionOwner) => `${arn} ${userId}`;

  function clearExpired(): void {
    const limit = expiryKey(now(), '~');
    const gone: [key: string, accessKeyId: string][] = [];
    for (const entry of expiries.entries()) {
      if (entry[0] > limit) break;
      gone.push(entry);
    }
    for (const [key, accessKeyId] of gone) {
      const session = sessions.get(accessKeyId);
      if (session && transitive.get(shareKey(session))) transitive.remove(shareKey(session));
      if (session && shared.get(shareKey(session)) === accessKeyId) shared.remove(shareKey(session));
      sessions.remove(accessKeyId);
      expiries.remove(key);
    }
  }

  function issue(owner: SessionOwner, seconds: number, tags: readonly string[] = []): Issued {
    clearExpired();
    const { account, arn, userId } = owner;
    if (tags.length > 0) transitive.put(shareKey(owner), tags);
    else if (transitive.get(shareKey(owner))) transitive.remove(shareKey(owner));
    const accessKeyId = newKeyId('ASIA', account);
    const session: Session = {
      account,
      arn,
      userId,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(192).toString('base64'),
      expires: now() + seconds * 1000,
    };
    sessions.put(accessKeyId, session);
    expiries.put(expiryKey(session.expires, accessKeyId), accessKeyId);
    return { ...session, accessKeyId };
  }

  return {
    issue,
    share(owner, seconds) {
      const accessKeyId = shared.get(shareKey(owner));
      const session = accessKeyId === undefined ? undefined : sessions.get(accessKeyId);
      if (accessKeyId && session && session.expires - now() > (seconds * 1000) / 2) {
        return { ...session, accessKeyId };
      }
      const issued = issue(owner, seconds);
      shared.put(shareKey(owner), issued.accessKeyId);
      return issued;
    },
    transitiveTags: (owner) => transitive.get(shareKey(owner)) ?? [],
    lookup: (accessKeyId) => sessions.get(accessKeyId),
  };
}
