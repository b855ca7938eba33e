/**
 * A password as it is hashed, after the OpaqueString profile of RFC 8265, §4.2: every blank is U+0020, and characters that can be written in
 * several ways are composed (NFC). Nothing is refused, and case, width and leading blanks stay.
 */
export function opaqueString(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
}
