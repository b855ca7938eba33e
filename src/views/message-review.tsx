import { Box, renderToString, Text } from 'ink'

interface MessageReviewProps {
  /** The message to sign, and its chain. */
  readonly title: string
  /** Name and value of each signed field. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly colour: boolean
  readonly width: number
}

/** A message or typed data before it is signed, field by field. */
function MessageReview({ title, facts, colour, width }: MessageReviewProps) {
  return (
    <Box flexDirection="column" borderStyle="round" paddingX={1} width={width}>
      <Text bold={colour}>{printable(title)}</Text>
      {facts.map(([name, value]) => (
        <Text key={name}>
          <Text dimColor={colour}>{`${printable(name)}: `}</Text>
          {printable(value)}
        </Text>
      ))}
    </Box>
  )
}

/** Text that somebody else wrote must not control the terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a1-\u024f…’→]/g, '?')
}

/** The review as text for a terminal. */
export function messageReview(props: MessageReviewProps): string {
  return `${renderToString(<MessageReview {...props} />, { columns: props.width })}\n`
}
