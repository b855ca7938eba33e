/**
 * The SHA-256 fingerprint of a certificate's DER form as 64 lower-case hex digits, however it was written: with or without colons, in
 * either case, as `openssl x509 -fingerprint -sha256` prints it. Undefined for anything else.
 */
export function canonicalFingerprint(written: string): string | undefined {
  const digits = written.trim().replace(/^sha-?256( Fingerprint=|[:=])/i, '')
  if (!/^[0-9a-f]{64}$/i.test(digits) && !/^([0-9a-f]{2}:){31}[0-9a-f]{2}$/i.test(digits)) return undefined
  return digits.replaceAll(':', '').toLowerCase()
}
