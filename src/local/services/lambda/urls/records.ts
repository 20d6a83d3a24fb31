// The records of function URLs by the ids in their host names.
import type { UrlRecord } from '../records.ts';
import type { LambdaState } from '../state.ts';

/** Keys of records by id. It is only a hint: a record may be gone or replaced. */
const hints = new WeakMap<LambdaState['urls'], Map<string, string>>();

/** undefined: there is no such URL. */
export function urlOf({ urls }: LambdaState, id: string, region: string): UrlRecord | undefined {
  const keys = hints.get(urls) ?? new Map<string, string>();
  hints.set(urls, keys);
  const key = keys.get(id);
  const hinted = key === undefined ? undefined : urls.get(key);
  if (hinted?.id === id) return hinted.region === region ? hinted : undefined;
  keys.delete(id);
  for (const [key, record] of urls.entries('')) {
    if (record.id !== id) continue;
    keys.set(id, key);
    return record.region === region ? record : undefined;
  }
  return undefined;
}

/** Removes the URL at a key, if there is one. */
export function removeUrl({ urls, formerUrls }: LambdaState, key: string): void {
  const record = urls.get(key);
  if (!record) return;
  formerUrls.put(record.id, true);
  urls.remove(key);
}
