import type { Fault, Refusal } from './protocol.ts'

/** The token cannot be used. `subject` is named in the message to the operator: a label, a path, a mechanism or a CKR name. */
export class Refused extends Error {
  readonly refusal: Refusal
  readonly subject: string

  constructor(refusal: Refusal, subject: string) {
    super(`${refusal}: ${subject}`)
    this.refusal = refusal
    this.subject = subject
  }
}

/** One operation cannot be done. The message is for the log. */
export class OperationFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault, log: string) {
    super(log)
    this.fault = fault
  }
}

/** The name of the return value (`CKR_…`) in an error of the PKCS#11 binding, or the kind of error. */
export function ckrOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return /CKR_[A-Z0-9_]+/.exec(error.message)?.[0] ?? error.name
}

/** Return values that blame the bytes that were to be decrypted or unwrapped. */
const DATA_IS_BAD: ReadonlySet<string> = new Set([
  'CKR_AEAD_DECRYPT_FAILED',
  'CKR_DATA_INVALID',
  'CKR_ENCRYPTED_DATA_INVALID',
  'CKR_ENCRYPTED_DATA_LEN_RANGE',
  'CKR_WRAPPED_KEY_INVALID',
  'CKR_WRAPPED_KEY_LEN_RANGE',
])
/** Errors that some modules, such as SoftHSM, return both for a wrong tag and for a broken device. */
const DATA_MAY_BE_BAD: ReadonlySet<string> = new Set(['CKR_FUNCTION_FAILED', 'CKR_GENERAL_ERROR', 'CKR_VENDOR_DEFINED'])

/**
 * What a failed decryption or unwrapping means. If the module's answer is ambiguous, `prove` (which throws if the token does not work)
 * decides: a broken device must never look like broken data.
 */
export function unreadable(error: unknown, prove: () => void, log: string): unknown {
  const name = ckrOf(error)
  if (DATA_MAY_BE_BAD.has(name)) prove()
  else if (!DATA_IS_BAD.has(name)) return error
  return new OperationFault('unreadable', `${log} (${name})`)
}

/** The key's handle is not (or no longer) valid: either the key or the token is gone. */
export function speaksOfHandle(error: unknown): boolean {
  return ['CKR_KEY_HANDLE_INVALID', 'CKR_OBJECT_HANDLE_INVALID'].includes(ckrOf(error))
}
