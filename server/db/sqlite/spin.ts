/** Statements on the page cache take less time; slower ones do not call this. */
const LIMIT_MS = 0.15
/** After a slower statement, this many are not waited for: the machine is busy, and others need the core. */
const SKIPPED = 64

let inFlight = 0
let until = 0
let turning = false
let skipping = 0

/**
 * Keeps the event loop running for a moment while a statement is in a thread of the pool, so its result is picked up at once. Waking a
 * sleeping thread takes 50 µs on a virtual machine, as long as the statement itself, and a unit of work pays it for every statement. Under
 * load the loop is awake anyway and this does nothing.
 */
export function stayAwake(): void {
  inFlight += 1
  if (skipping > 0) {
    skipping -= 1
    return
  }
  until = performance.now() + LIMIT_MS
  if (turning) return
  turning = true
  setImmediate(turn)
}

/** Call this once for each `stayAwake`, when the statement has ended. */
export function mayRest(): void {
  inFlight -= 1
}

function turn(): void {
  turning = inFlight > 0
  if (!turning) return
  if (performance.now() < until) setImmediate(turn)
  else {
    turning = false
    skipping = SKIPPED
  }
}
