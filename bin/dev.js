#!/usr/bin/env node
// The program of this checkout: compiles what is stale, then runs as `run.js` does.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ready = fileURLToPath(new URL('../scripts/ready.js', import.meta.url))
// stdout belongs to the command that follows.
const { status } = spawnSync(process.execPath, [ready, '--build', '--manifest'], { stdio: ['ignore', 2, 2] })

if (status === 0) await import('./run.js')
else process.exitCode = status ?? 1
