/**
 * Prints, as JSON, what GitHub's own language service finds wrong with an action (`action.yml`) or a workflow. It runs as a separate
 * process, because the service imports JSON as bundlers do, which Node must be told.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename } from 'node:path'

registerHooks({
  load: (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const { validate } = await import('@actions/languageservice')
const { TextDocument } = await import('vscode-languageserver-textdocument')
const file = process.argv[2] ?? ''
const place = basename(file) === 'action.yml' ? 'action.yml' : `.github/workflows/${basename(file)}`
const found = await validate(TextDocument.create(`file:///repository/${place}`, 'yaml', 1, readFileSync(file, 'utf8')))
console.log(JSON.stringify(found.map(({ range, message }) => `line ${range.start.line + 1}: ${message}`)))
