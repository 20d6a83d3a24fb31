// Spins the event loop for a millisecond after a function was given work: a server that sleeps takes longer to wake than
// a short function takes to answer.
import { availableParallelism } from 'node:os';

/** Milliseconds. */
const spinTime = 1;
/** A single processor is needed by the function. */
const possible = availableParallelism() > 1;

let working = 0;
let until = 0;
let spinning = false;

/** A function has been given work. */
export function workBegan(): void {
  working++;
  until = performance.now() + spinTime;
  if (spinning || !possible) return;
  spinning = true;
  setImmediate(spin);
}

/** Its work is over: one call for each call of `workBegan`. */
export function workEnded(): void {
  working--;
}

/** Stops when a second function works: there is enough to do then, and functions need the processors. */
function spin(): void {
  spinning = working === 1 && performance.now() < until;
  if (spinning) setImmediate(spin);
}
