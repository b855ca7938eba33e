/**
 * A password in the form that is hashed, according to the OpaqueString profile of RFC 8265, §4.2: every blank is U+0020, and characters
 * with several encodings are composed (NFC). Nothing is refused, and case, width and leading blanks are kept.
 */
export function opaqueString(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
}
