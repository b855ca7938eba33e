import { type ESTree, Visitor } from 'vite'

/** What a locator answers at once, without waiting for the state that a test expects. */
const READS =
  /^(count|isVisible|isHidden|isChecked|isDisabled|isEnabled|getAttribute|inputValue|textContent|innerText|innerHTML)$/
const READS_OF_ALL = /^all(TextContents|InnerTexts)$/

/**
 * The reads of a page that a test judges at once, as they are written: `expect(await button.count())`. The page may not have come so far;
 * `await expect.poll(() => button.count())` waits until it has.
 */
export function pageReadsIn(program: ESTree.Program, text: string): string[] {
  const found: string[] = []
  new Visitor({
    CallExpression: node => {
      const [first] = node.arguments
      const isExpect = node.callee.type === 'Identifier' && node.callee.name === 'expect'
      if (!isExpect || first?.type !== 'AwaitExpression' || first.argument.type !== 'CallExpression') return
      const { callee } = first.argument
      const name = callee.type === 'MemberExpression' && 'name' in callee.property ? String(callee.property.name) : ''
      if (READS.test(name) || READS_OF_ALL.test(name)) found.push(text.slice(node.start, node.end))
    },
  }).visit(program)
  return found
}
