/** How targets that are not installed here read their format, written according to their documentation or source. */

type Read = Record<string, string>

/** systemd, src/basic/env-file.c: `parse_env_file_internal`, src/basic/env-util.c: `env_value_is_valid`, and src/basic/utf8.c. */
export function asSystemd(text: string): Read {
  const read: Read = {}
  let state: 'key' | 'before' | 'value' | 'escape' | 'single' | 'double' | 'double-escape' = 'key'
  let [key, value, kept] = ['', '', 0]
  const push = () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what systemd drops
    if (key.trim() !== '' && !/[\u0001-\u0008\u000b-\u001f\u007f]|\p{Noncharacter_Code_Point}/u.test(value))
      read[key.trim()] = value
    ;[state, key, value, kept] = ['key', '', '', 0]
  }
  for (const c of text) {
    if (state === 'key') {
      if (c === '=') state = 'before'
      else if (c === '\n') key = ''
      else key += c
    } else if (state === 'before' || state === 'value') {
      if (c === '\n') {
        if (state === 'value') value = value.slice(0, kept).concat(value.slice(kept).trimEnd())
        push()
      } else if (c === "'" && state === 'before') state = 'single'
      else if (c === '"' && state === 'before') state = 'double'
      else if (c === '\\') state = 'escape'
      else if (state === 'value' || !/\s/.test(c)) {
        state = 'value'
        value += c
      }
    } else if (state === 'escape') {
      state = 'value'
      if (c !== '\n') value += c
      kept = value.length
    } else if (state === 'single') {
      if (c === "'") state = 'before'
      else value += c
    } else if (state === 'double') {
      if (c === '"') state = 'before'
      else if (c === '\\') state = 'double-escape'
      else value += c
    } else {
      state = 'double'
      if ('"\\`$'.includes(c)) value += c
      else if (c !== '\n') value += `\\${c}`
    }
  }
  if (state !== 'key') push()
  return read
}

/** https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules; curly quotes count as straight ones. */
export function asPowerShell(text: string): Read {
  const read: Read = {}
  let at = 0
  const ESCAPES: Read = { n: '\n', r: '\r', t: '\t', '0': '\0', a: '\x07', b: '\b', f: '\f', v: '\v', e: '\x1b' }
  while (at < text.length) {
    const [start, name = ''] = /^\$env:(\w+) = /.exec(text.slice(at)) ?? []
    if (start === undefined) throw new Error(`No assignment at ${at}.`)
    at += start.length
    const quotes = /^['\u2018-\u201b]/.test(text[at] ?? '') ? /['\u2018-\u201b]/ : /["\u201c-\u201e]/
    const isDouble = quotes.source.includes('"')
    if (!quotes.test(text[at++] ?? '')) throw new Error('No text.')
    let value = ''
    for (;;) {
      const c = text[at++]
      if (c === undefined) throw new Error('The text does not end.')
      if (quotes.test(c)) {
        if (!quotes.test(text[at] ?? '')) break
        value += text[at++]
      } else if (isDouble && c === '`') {
        const next = text[at++] ?? ''
        value += ESCAPES[next] ?? next
      } else if (isDouble && c === '$') throw new Error('A variable would be put in.')
      else value += c
    }
    if (text[at++] !== '\n') throw new Error('Something follows the text.')
    read[name] = value
  }
  return read
}

/** Batch files: `%%` is `%`, a single one starts a variable; `set "name=value"` takes everything up to the last quote. */
export function asCmd(text: string): Read {
  const lines = text.split('\r\n').slice(0, -1)
  return Object.fromEntries(
    lines.map(line => {
      if (/[\r\n]/.test(line) || /(?<!%)(%%)*%(?!%)/.test(line)) throw new Error('A line break, or a variable would be put in.')
      const [, name = '', value = ''] = /^@set "([^=]+)=(.*)"[^"]*$/.exec(line.replaceAll('%%', '%')) ?? []
      return [name, value]
    }),
  )
}

/** GitLab, app/services/ci/parse_dotenv_artifact_service.rb, `scan_line!`; the documentation forbids blanks in values. */
export function asGitlab(text: string): Read {
  return Object.fromEntries(
    text
      .split('\n')
      .filter(Boolean)
      .map(line => {
        const [, key = '', value = ''] = /^(.*?)=(.*)$/.exec(line) ?? []
        return [key.trim(), value.trim()]
      }),
  )
}

/** Nix, src/libexpr/lexer.l: the state `STRING`, and `unescapeStr`. */
export function asNix(text: string): Read {
  const read: Read = {}
  const body = /^\{\n([\s\S]*)\}\n$/.exec(text)?.[1] ?? ''
  const ENTRY = / {2}"(\w+)" = "((?:[^"\\]|\\[\s\S])*)";\n/y
  while (ENTRY.lastIndex < body.length) {
    const [, name = '', raw = ''] = ENTRY.exec(body) ?? []
    if (name === '') throw new Error('No entry.')
    if (/(?<!\\)(\\\\)*\$\{/.test(raw)) throw new Error('Something would be put in.')
    read[name] = raw.replace(/\r\n?/g, '\n').replace(/\\([\s\S])/g, (_, c: string) => ({ n: '\n', r: '\r', t: '\t' })[c] ?? c)
  }
  return read
}
