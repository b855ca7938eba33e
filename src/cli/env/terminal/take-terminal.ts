/**
 * Runs in its own session: makes the given terminal its controlling one, so that Ctrl-C, job control and /dev/tty work in it, and becomes
 * the program. Arguments: name of the terminal, path of the program, its arguments with `$0`.
 */
import { closeSync, openSync } from 'node:fs'
import { become } from '../become.ts'
import { withNodeVariables } from './node-variables.ts'

const [terminal = '', file = '', command = '', ...args] = process.argv.slice(2)
// A session leader that opens a terminal gets it as the controlling one.
closeSync(openSync(terminal, 'r+'))
become(file, { command, args, env: withNodeVariables(process.env) })
