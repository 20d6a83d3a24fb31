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
  /** Of shared credentials. */
  readonly slot?: number;
}

export type Issued = Session & { readonly accessKeyId: string };

export interface Sessions {
  /** New credentials for this many seconds. Sessions that start from this one inherit the tags `transitiveTags`. */
  issue(owner: SessionOwner, seconds: number, transitiveTags?: readonly string[]): Issued;
  /** The transitive tag keys of the owner's latest session. */
  transitiveTags(owner: SessionOwner): readonly string[];
  /**
   * The same owner's earlier credentials for this slot while at least half of their lifetime is left, otherwise new
   * ones.
   */
  share(owner: SessionOwner, seconds: number, slot?: number): Issued;
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
  const tagsKey = ({ arn, userId }: SessionOwner) => `${arn} ${userId}`;
  const shareKey = (owner: SessionOwner, slot = 0) => tagsKey(owner) + (slot === 0 ? '' : ` ${slot}`);

  function clearExpired(): void {
    const limit = expiryKey(now(), '~');
    const gone: [key: string, accessKeyId: string][] = [];
    for (const entry of expiries.entries()) {
      if (entry[0] > limit) break;
      gone.push(entry);
    }
    for (const [key, accessKeyId] of gone) {
      const session = sessions.get(accessKeyId);
      if (session && transitive.get(tagsKey(session))) transitive.remove(tagsKey(session));
      const shareable = session && shareKey(session, session.slot);
      if (shareable && shared.get(shareable) === accessKeyId) shared.remove(shareable);
      sessions.remove(accessKeyId);
      expiries.remove(key);
    }
  }

  function issue(owner: SessionOwner, seconds: number, tags: readonly string[] = [], slot?: number): Issued {
    clearExpired();
    const { account, arn, userId } = owner;
    if (tags.length > 0) transitive.put(tagsKey(owner), tags);
    else if (transitive.get(tagsKey(owner))) transitive.remove(tagsKey(owner));
    const accessKeyId = newKeyId('ASIA', account);
    const session: Session = {
      account,
      arn,
      userId,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(192).toString('base64'),
      expires: now() + seconds * 1000,
      ...(slot && { slot }),
    };
    sessions.put(accessKeyId, session);
    expiries.put(expiryKey(session.expires, accessKeyId), accessKeyId);
    return { ...session, accessKeyId };
  }

  return {
    issue: (owner, seconds, tags) => issue(owner, seconds, tags),
    share(owner, seconds, slot) {
      const key = shareKey(owner, slot);
      const accessKeyId = shared.get(key);
      const session = accessKeyId === undefined ? undefined : sessions.get(accessKeyId);
      if (accessKeyId && session && session.expires - now() > (seconds * 1000) / 2) {
        return { ...session, accessKeyId };
      }
      const issued = issue(owner, seconds, [], slot);
      shared.put(key, issued.accessKeyId);
      return issued;
    },
    transitiveTags: (owner) => transitive.get(tagsKey(owner)) ?? [],
    lookup: (accessKeyId) => sessions.get(accessKeyId),
  };
}
