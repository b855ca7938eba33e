import { CopyButton } from '../../ui/data/copy-button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'

/** The way from nothing to a program that gets its secrets, in the order of doing it. */
const steps = (origin: string) => [
  { what: 'Sign in from a terminal', line: `1claw login --api-url ${origin}` },
  { what: 'Create a vault and use it from then on', line: '1claw vaults create prod && 1claw vaults use prod' },
  { what: 'Store a secret (you’ll be prompted for the value)', line: '1claw secrets set db/url' },
  { what: 'Run your app with it: db/url becomes $URL', line: '1claw run -- npm start' },
  {
    what: 'Give an agent access to what it needs, and no more',
    line: "1claw agents create deployer && 1claw policies create 'db/*' --agent deployer --permission read",
  },
]

/** What to do first with an organisation in which there is nothing yet. */
export function QuickStart() {
  return (
    <Panel title="Quick start">
      <p>There are no vaults and no agents yet. Create them here, or in a terminal:</p>
      <ol className="steps">
        {steps(location.origin).map(({ what, line }) => (
          <li key={line}>
            <span>{what}</span>
            <div className="step">
              <code>{line}</code>
              <CopyButton text={line} what={`the line: ${what}`} />
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
