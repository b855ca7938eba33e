/**
 * Runs in a session of its own: makes the terminal that it is given its own, so that Ctrl-C, job control and /dev/tty work in it, and
 * becomes the program. Words: name of the terminal, path of the program, its words with `$0`.
 */
import { closeSync, openSync } from 'node:fs'
import { become } from '../become.ts'
import { withNodeVariables } from './node-variables.ts'

const [terminal = '', file = '', command = '', ...args] = process.argv.slice(2)
// Who leads a session and opens a terminal gets it.
closeSync(openSync(terminal, 'r+'))
become(file, { command, args, env: withNodeVariables(process.env) })
