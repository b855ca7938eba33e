/** The program of `startServerProcess`: a server from the sources whose clock can be moved. Prints its URL, then reads lines of `advance <ms>`. */
import { createInterface } from 'node:readline'
import { readConfig } from '../../server/config/config.ts'
import { start } from '../../server/main.ts'

const [dataDir = '', databaseUrl] = process.argv.slice(2)
let ahead = 0
const config = {
  ...readConfig({ dataDir, port: 0 }, { ONECLAW_RATE_LIMITS: 'off', ONECLAW_LOG_LEVEL: 'error' }),
  databaseUrl: databaseUrl || undefined,
}
const { url } = await start(config, () => Date.now() + ahead)
console.log(url)
const orders = createInterface({ input: process.stdin })
orders.on('line', line => {
  const [word, ms] = line.split(' ')
  if (word === 'advance') ahead += Number(ms)
})
// The parent has ended, so this process must end too.
orders.on('close', () => process.exit())
