// Waiting for new records of a stream, and for changes of its shards.
import { type KinesisState, placeInArn, streamKey } from './state.ts';

/** Returns a function that ends this. The stream may not exist yet. */
export function watch({ watchers }: KinesisState, streamArn: string, ready: () => void): () => void {
  const place = placeInArn(streamArn);
  const key = streamKey(place, place.name);
  const waiting = watchers.get(key) ?? new Set();
  watchers.set(key, waiting);
  // A function of its own for each watcher, so that one can be ended without another.
  const own = () => ready();
  waiting.add(own);
  return () => {
    waiting.delete(own);
    if (waiting.size === 0 && watchers.get(key) === waiting) watchers.delete(key);
  };
}
