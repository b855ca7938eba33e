import { hashSync, verifySync } from '@node-rs/argon2'
import type { Hashing } from '../../server/modules/auth/threads/hashing.ts'

const ARGON2ID = 2
const COST = { algorithm: ARGON2ID, memoryCost: 64, timeCost: 1, parallelism: 1 }

/** Argon2id with a cost that protects nothing, for the hundreds of accounts in tests that are not about passwords. */
export const lightHashing: Hashing = {
  hash: async password => hashSync(password, COST),
  verify: async (stored, password) => verifySync(stored, password),
}
