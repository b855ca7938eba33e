import { Box, renderToString, Text } from 'ink'

interface Change {
  readonly address: string
  readonly token?: string | undefined
  readonly token_symbol?: string | undefined
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly change: string
}

/** The part of a simulation that is shown. */
export interface Simulated {
  readonly chain: string
  readonly from: string
  readonly status: string
  readonly summary: { readonly text: string; readonly unlimited_approval?: boolean | undefined }
  readonly error_human_readable?: string | undefined
  readonly balance_changes?: readonly Change[] | undefined
  readonly gas_used?: number | undefined
  readonly guardrails: {
    readonly allowed: boolean
    readonly reason?: string | undefined
    readonly remaining_daily_allowance_eth?: string | undefined
  }
}

interface TransactionReviewProps {
  readonly simulations: readonly Simulated[]
  readonly colour: boolean
  readonly width: number
}

/** From this width on, an address, its gain and its balance are on one line. */
const WIDE = 100

/** What transactions contain and what they would change, one below the other. */
function TransactionReview({ simulations, colour, width }: TransactionReviewProps) {
  return (
    <Box flexDirection="column" width={width}>
      {simulations.map((simulation, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: drawn once, never reordered
        <One key={index} simulation={simulation} colour={colour} isNarrow={width < WIDE} />
      ))}
    </Box>
  )
}

function One({ simulation, colour, isNarrow }: { simulation: Simulated; colour: boolean; isNarrow: boolean }) {
  const { summary, guardrails } = simulation
  const left = guardrails.remaining_daily_allowance_eth
  return (
    <Box flexDirection="column" borderStyle="round" paddingX={1}>
      <Text bold={colour}>{printable(summary.text)}</Text>
      <Text>
        On {printable(simulation.chain)}, signed by {printable(simulation.from)}
      </Text>
      {summary.unlimited_approval && (
        <Tone colour={colour} tone="red">
          Gives tokens away without a limit.
        </Tone>
      )}
      <Outcome simulation={simulation} colour={colour} />
      {simulation.balance_changes?.map(change => (
        <Line key={`${change.address} ${change.token}`} change={change} colour={colour} isNarrow={isNarrow} />
      ))}
      <Tone colour={colour} tone={guardrails.allowed ? 'green' : 'red'}>
        {guardrails.allowed ? 'The guardrails allow it.' : `Refused by ${printable(guardrails.reason ?? 'a guardrail')}`}
      </Tone>
      {left !== undefined && <Text>Left of the daily allowance: {left}</Text>}
    </Box>
  )
}

function Outcome({ simulation, colour }: { simulation: Simulated; colour: boolean }) {
  if (simulation.status === 'success') {
    return (
      <Tone colour={colour} tone="green">
        {`It would succeed${simulation.gas_used === undefined ? '' : `, using ${simulation.gas_used} gas`}.`}
      </Tone>
    )
  }
  return (
    <Tone colour={colour} tone="red">
      {printable(simulation.error_human_readable ?? 'The outcome could not be determined.')}
    </Tone>
  )
}

function Line({ change, colour, isNarrow }: { change: Change; colour: boolean; isNarrow: boolean }) {
  const { address, token, token_symbol, before, after } = change
  const what = printable(token_symbol ?? token ?? '')
  const held = before === undefined || after === undefined ? '' : `${before} → ${after}`
  return (
    <Text>
      {'  '}
      {address}
      {isNarrow ? '\n    ' : ' '}
      <Text {...(colour && { color: change.change.startsWith('-') ? 'red' : 'green' })}>{`${change.change} ${what}`.trim()}</Text>
      {held && `  (${held})`}
      {/* Anybody may call a token ETH. */}
      {token && `\n    of the token ${printable(token)}`}
    </Text>
  )
}

function Tone({ colour, tone, children }: { colour: boolean; tone: 'red' | 'green'; children: string }) {
  return <Text {...(colour && { color: tone })}>{children}</Text>
}

/** The name that a contract gives itself must not control the terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a1-\u024f…’→]/g, '?')
}

/** The review as text for a terminal. */
export function transactionReview(props: TransactionReviewProps): string {
  return `${renderToString(<TransactionReview {...props} />, { columns: props.width })}\n`
}
