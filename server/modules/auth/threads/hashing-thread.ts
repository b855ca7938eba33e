import { hashSync, verifySync } from '@node-rs/argon2'
import { lowerPriority } from '../../../threads/lower-priority.ts'
import type { Answer, Question } from './hashing.ts'

/**
 * The thread that hashes passwords, one at a time. It is a thread of its own, and not one of libuv's, so that it can be made to stand
 * back: on few processors it would otherwise take turns with the thread that answers requests and the one that commits.
 */
lowerPriority()

export default function answerOf({ password, stored, cost }: Question): Answer {
  try {
    return { value: stored === undefined ? hashSync(password, cost) : verifySync(stored, password) }
  } catch {
    // The library's message could name what it was given.
    return { failed: true }
  }
}
