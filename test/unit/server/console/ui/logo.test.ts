import { readFileSync } from 'node:fs'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { Logo } from '../../../../../server/console/ui/logo.tsx'

const file = (name: string) => readFileSync(new URL(`../../../../../server/console/${name}`, import.meta.url), 'utf8')
const drawn = (svg: string) => [...svg.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path)

it('the page of a share has a place for the logo and no copy of it', () => {
  expect(file('share.html')).toContain('<!-- logo -->')
  expect(drawn(file('share.html'))).toEqual([])
})

it('the icon of the pages has the shape of the logo', () => {
  const shape = drawn(renderToStaticMarkup(createElement(Logo)))
  expect(shape).toHaveLength(1)
  expect(drawn(file('favicon.svg'))).toEqual(shape)
})
