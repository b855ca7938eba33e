/**
 * An agent of LangChain whose tool fetches the secret just in time: the model never sees the value, and neither does its history.
 *
 *     ONECLAW_API_URL=… ONECLAW_AGENT_ID=… ONECLAW_AGENT_API_KEY=… ONECLAW_VAULT_ID=… node examples/langchain-agent/main.ts
 *
 * With OPENAI_API_KEY set and `@langchain/openai` installed it asks a real model; otherwise a scripted one.
 */

import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { createClient } from '1claw'
import { z } from 'zod'

const {
  ONECLAW_API_URL: baseUrl = 'http://127.0.0.1:8271',
  ONECLAW_AGENT_ID: agentId,
  ONECLAW_AGENT_API_KEY: apiKey,
} = process.env
const vaultId = process.env['ONECLAW_VAULT_ID'] ?? ''
const client = createClient({ baseUrl, agentId, apiKey })

/** Calls the weather service with the key from the vault. Only what the service answers goes back to the model. */
const weather = tool(
  async ({ city }: { city: string }) => {
    const { data: secret, error } = await client.secrets.get(vaultId, 'weather/api-key')
    if (error) return `The key cannot be read: ${error.message}`
    const answer = await fetch(`${process.env['WEATHER_URL']}?city=${encodeURIComponent(city)}`, {
      headers: { authorization: `Bearer ${secret.value}` },
    })
    return answer.text()
  },
  {
    name: 'weather',
    description: 'The weather in a city.',
    schema: z.object({ city: z.string() }),
  },
)

interface Model {
  invoke(messages: BaseMessage[]): Promise<AIMessage>
}

/** Asks for the weather, then says what it was told. */
const scripted: Model = {
  async invoke(messages) {
    const told = messages.find(message => message instanceof ToolMessage)
    if (told) return new AIMessage(`It is ${told.text} in Vienna.`)
    return new AIMessage({ content: '', tool_calls: [{ id: '1', name: 'weather', args: { city: 'Vienna' }, type: 'tool_call' }] })
  },
}

async function realModel(): Promise<Model> {
  // Not a dependency of this repository: `npm install @langchain/openai`.
  const name = '@langchain/openai'
  const { ChatOpenAI } = await import(name)
  return new ChatOpenAI({ model: 'gpt-4o-mini' }).bindTools([weather])
}

const model = process.env['OPENAI_API_KEY'] ? await realModel() : scripted
const messages: BaseMessage[] = [new HumanMessage('How is the weather in Vienna?')]
for (;;) {
  const answer = await model.invoke(messages)
  messages.push(answer)
  const calls = answer.tool_calls ?? []
  if (calls.length === 0) break
  for (const call of calls) messages.push(await weather.invoke({ ...call, type: 'tool_call' }))
}
console.log(messages.at(-1)?.text)
// What the model has seen: the value is not in it.
console.error(JSON.stringify(messages))
