import { ckrOf, OperationFault, speaksOfHandle } from '../wire/faults.ts'
import { type Failure, monotonicMs, type Operation, type Outcome, type Request } from '../wire/protocol.ts'
import { unwrapDek, wrapDek } from './cipher.ts'
import type { Keks } from './keks.ts'
import type { TokenKeys } from './token.ts'

/** Executes one request. Failures become outcomes; it does not throw. */
export function perform(keys: TokenKeys, keks: Keks, { id, expires, operation }: Request): Outcome {
  if (monotonicMs() > expires) return { id, fault: 'late', log: 'The operation waited too long' }
  try {
    return { id, data: withFreshHandle(keys, keks, operation) }
  } catch (error) {
    return { id, ...judge(keys, error) }
  }
}

/** Retries once with a new handle: another process could have destroyed the key, or the token could have given it a new handle. */
function withFreshHandle(keys: TokenKeys, keks: Keks, operation: Operation): Uint8Array | null {
  try {
    return run(keys, keks, operation)
  } catch (error) {
    if (!speaksOfHandle(error)) throw error
    if ('kek' in operation) keks.forget(operation.kek)
    else if (operation.do === 'sign-digest') keys.curve.forget(operation.id)
    else if (operation.do === 'sign-with') keys.signers.forget(operation.id)
    else throw error
    keys.prove()
    return run(keys, keks, operation)
  }
}

function run(keys: TokenKeys, keks: Keks, operation: Operation): Uint8Array | null {
  switch (operation.do) {
    case 'create':
      return keks.create(operation.id)
    case 'wrap':
      return wrapDek(keys.session, keks.find(operation.kek), operation.data, operation.aad)
    case 'unwrap':
      return unwrapDek(keys.session, keks.find(operation.kek), operation.data, operation.aad, keys.prove)
    case 'destroy':
      keks.destroy(operation.kek)
      return null
    case 'sign':
      return keys.sign(operation.data)
    case 'create-signer':
      return keys.signers.create(operation.id)
    case 'signer-public-key':
      return keys.signers.publicKey(operation.id)
    case 'sign-with':
      return keys.signers.sign(operation.id, operation.data)
    case 'destroy-signer':
      keys.signers.destroy(operation.id)
      return null
    case 'create-curve-key':
      return keys.curve.create(operation.id)
    case 'sign-digest':
      return keys.curve.sign(operation.id, operation.data)
    case 'import-curve-key':
      keys.curve.take(operation.id, operation.data, operation.point)
      return null
    case 'try-import':
      return keys.curve.tryTaking(operation.data, operation.digest)
    case 'destroy-curve-key':
      keys.curve.destroy(operation.id)
      return null
    case 'ping':
      keys.prove()
      return null
  }
}

/** If the token still works, it has refused only this operation; otherwise it is lost, with all operations in flight. */
function judge(keys: TokenKeys, error: unknown): Failure {
  if (error instanceof OperationFault) return settled(keys, error)
  try {
    keys.prove()
    return { fault: 'failed', log: ckrOf(error) }
  } catch {
    return { fault: 'lost', log: ckrOf(error) }
  }
}

/** Checks the token before it reports a missing key, because every search on a removed token finds nothing. */
function settled(keys: TokenKeys, { fault, message }: OperationFault): Failure {
  if (fault !== 'missing') return { fault, log: message }
  try {
    keys.prove()
    return { fault, log: message }
  } catch (error) {
    return { fault: 'lost', log: ckrOf(error) }
  }
}
