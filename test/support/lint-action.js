/**
 * Prints, as JSON, what GitHub's own language service finds wrong with the action in a file. A process of its own: the service imports
 * JSON as bundlers do, which Node has to be told of.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

registerHooks({
  load: (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const { validate } = await import('@actions/languageservice')
const { TextDocument } = await import('vscode-languageserver-textdocument')
const text = readFileSync(process.argv[2] ?? '', 'utf8')
const found = await validate(TextDocument.create('file:///repository/action.yml', 'yaml', 1, text))
console.log(JSON.stringify(found.map(({ range, message }) => `line ${range.start.line + 1}: ${message}`)))
