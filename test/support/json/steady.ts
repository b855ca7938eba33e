/** Texts that differ from run to run, and their replacements. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '<token>'],
  [/\b(ocv|1ck)_[\w-]{8,}/g, '$1_<key>'],
  [/\b[A-Z0-9]{4}(-[A-Z0-9]{4}){3}\b/g, '<code>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, '<time>'],
  [/\b20\d\d-\d\d-\d\d\b/g, '<date>'],
  [/"20\d\d-\d\d"/g, '"<month>"'],
  [/"schema": "\d{4}-[a-z-]+"/g, '"schema": "<migration>"'],
  [/\b(cs_test|cus|bps)_\w+/g, '$1_<id>'],
  [/"(left|right)": "[0-9a-f]{12}"/g, '"$1": "<print>"'],
  [/\bsoftware [0-9a-f]{12}\b/g, 'software <print>'],
  [/\b0x[0-9a-fA-F]{40}\b/g, '0x<address>'],
  [/\b0x[0-9a-fA-F]{128,}/g, '0x<bytes>'],
  [/\b0x[0-9a-fA-F]{64}\b/g, '0x<hash>'],
  [/\b[0-9a-f]{64}\b/g, '<hash>'],
  [/(?<![\w+/=-])(?=[^"]*[A-Z])(?=[^"]*\d)[\w+/-]{43,}={0,2}(?![\w+/=-])/g, '<key>'],
]

/** Numbers that a machine measures or a clock decides, by the name of their field. */
const MEASURED = /("(?:\w*bytes|\w*_ms|uptime\w*|\w*requests|used|rows)": )-?\d+(?:\.\d+)?/g

/** The same text for every run: replaces places, ids, times, keys and measurements. */
export function steady(text: string, places: readonly (readonly [place: string, name: string])[]): string {
  const written = places.flatMap(pair => [pair, pair.map(encodeURIComponent) as [string, string]])
  const placed = written.reduce((all, [place, name]) => all.replaceAll(place, name), text)
  return FORMS.reduce((all, [form, name]) => all.replace(form, name), placed).replace(MEASURED, '$10')
}
