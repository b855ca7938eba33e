/** Shorter text is not masked: it occurs everywhere, and reveals little. */
export const SHORTEST = 4

/**
 * Every form in which a value can occur in a program's output: unchanged, line by line, in base64 (also inside longer text), and escaped
 * for URLs, JSON and shells.
 */
export function maskedForms(value: string): string[] {
  const lines = value.split(/\r\n|\n|\r/)
  // A terminal has its own line endings.
  const texts = lines.length > 1 ? [value, lines.join('\r\n'), ...lines] : [value]
  const forms = new Set(texts.filter(text => text.trim().length >= SHORTEST).flatMap(formsOf))
  return [...forms].filter(form => form.length >= SHORTEST)
}

function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  return [text, ...base64Forms(text), ...urlForms(text), json, json.replaceAll('/', '\\/'), asciiJson(json), ...shellForms(text)]
}

/**
 * Base64 packs three bytes into four characters, so the same text has three forms, by offset. Characters shared with neighbouring text are
 * left out.
 */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8')
  return [0, 1, 2].flatMap(offset => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const encoded = padded.replace(/=+$/, '')
    const from = offset === 0 ? 0 : offset + 1
    const own = encoded.slice(from, (offset + bytes.length) % 3 === 0 ? undefined : -1)
    const whole = offset === 0 ? [encoded, padded] : []
    return [own, ...whole].flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
  })
}

function urlForms(text: string): string[] {
  const component = encodeURIComponent(text.toWellFormed())
  const form = new URLSearchParams([['', text]]).toString().slice(1)
  const lower = (escaped: string) => escaped.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())
  return [component, lower(component), encodeURI(text.toWellFormed()), form, lower(form)]
}

/** As Python's `json.dumps` and others write it: only ASCII. */
function asciiJson(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Inside '…', inside "…", with backslashes (`printf %q`), and as `set -x` shows control characters. */
function shellForms(text: string): string[] {
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["\\$`]/g, '\\$&'),
    text.replace(/[^A-Za-z0-9_@%+=:,./\n\u0080-\uffff-]/g, '\\$&'),
    text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t'),
  ]
}
