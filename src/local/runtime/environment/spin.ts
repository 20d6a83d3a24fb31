// Spins the event loop for a millisecond after a function got work. A sleeping server takes longer to wake up than a
// short function takes to answer.
import { availableParallelism } from 'node:os';

/** Milliseconds. */
const spinTime = 1;
/** With a single processor, the function needs it. */
const possible = availableParallelism() > 1;

let working = 0;
let until = 0;
let spinning = false;

/** A function got work. */
export function workBegan(): void {
  working++;
  until = performance.now() + spinTime;
  if (spinning || !possible) return;
  spinning = true;
  setImmediate(spin);
}

/** Its work is over. Call it once for each call of `workBegan`. */
export function workEnded(): void {
  working--;
}

/** Stops when a second function gets work: the server is busy then, and the functions need the processors. */
function spin(): void {
  spinning = working === 1 && performance.now() < until;
  if (spinning) setImmediate(spin);
}
