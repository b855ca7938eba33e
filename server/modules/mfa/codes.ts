import { randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

const PERIOD_MS = 30_000
/** A code can be this many steps early or late (RFC 6238 §5.2). */
const WINDOW = 1
const SIX_DIGITS = /^\d{6}$/
const SECRET_BYTES = 20
const RECOVERY_CODES = 8
/** No letters that look like digits. 16 of them are 78 bits. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

/** A new shared secret, 160 bits (RFC 4226 §4, R6), in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32
}

/** The URI in the QR code for an authenticator. */
export function otpauthUri(secret: string, email: string): string {
  return totp(secret, email).toString()
}

/** The 30-second step of this code as typed, near `now`; undefined for a wrong one. Compared in constant time. */
export function stepOf(secret: string, typed: string, now: number): number | undefined {
  const code = compact(typed)
  // The library throws for six characters that have more than six bytes.
  if (!SIX_DIGITS.test(code)) return undefined
  const delta = totp(secret).validate({ token: code, timestamp: now, window: WINDOW })
  return delta === null ? undefined : Math.floor(now / PERIOD_MS) + delta
}

function totp(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: '1claw',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_MS / 1000,
    secret: Secret.fromBase32(secret),
  })
}

export function isTotpCode(typed: string): boolean {
  return SIX_DIGITS.test(compact(typed))
}

/** A code as it is compared: spaces, dashes and case do not matter. */
export function compact(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase()
}

/** Eight new recovery codes, `XXXX-XXXX-XXXX-XXXX`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const templates = Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
    return templates.replace(/(.{4})(?=.)/g, '$1-')
  })
}
