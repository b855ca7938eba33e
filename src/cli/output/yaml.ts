/**
 * JSON data as YAML 1.2 in block style. Every string is written as a JSON string, which YAML reads in the same way, unless it is a plain
 * word that no YAML version reads as anything else.
 */
export function yamlText(value: unknown): string {
  return `${block(value, '')}\n`
}

const WORD = /^[A-Za-z][A-Za-z0-9_./@-]*$/
const MEANING = /^(true|false|yes|no|on|off|y|n|null|nan|inf)$/i

function scalar(value: unknown): string {
  if (typeof value === 'string') return WORD.test(value) && !MEANING.test(value) ? value : quoted(value)
  return JSON.stringify(value) ?? 'null'
}

/** JSON does not escape DEL, C1 controls, line separators and lone noncharacters; YAML does not allow them or breaks the line there. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, character => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return value.map(item => `${indent}- ${block(item, `${indent}  `).trimStart()}`).join('\n')
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    if (entries.length === 0) return '{}'
    return entries.map(([key, item]) => `${indent}${scalar(key)}:${under(item, indent)}`).join('\n')
  }
  return scalar(value)
}

function under(value: unknown, indent: string): string {
  const text = block(value, `${indent}  `)
  return typeof value === 'object' && value !== null && !/^(\[\]|\{\})$/.test(text) ? `\n${text}` : ` ${text}`
}
