// Keeps the server awake for the moment in which a short function answers: a process that sleeps is slower to hear of it
// than such a function is to run.
import { availableParallelism } from 'node:os';

/** Milliseconds. */
const moment = 1;
/** Where there is but one processor, the function needs it. */
const possible = availableParallelism() > 1;

let working = 0;
let until = 0;
let turning = false;

/** A function has begun to work. */
export function stayAwake(): void {
  working++;
  until = performance.now() + moment;
  if (turning || !possible) return;
  turning = true;
  setImmediate(turn);
}

/** It has ended, one call for each call of the other. */
export function mayRest(): void {
  working--;
}

/** While several work, there is enough to do; and they need the processors. */
function turn(): void {
  turning = working === 1 && performance.now() < until;
  if (turning) setImmediate(turn);
}
