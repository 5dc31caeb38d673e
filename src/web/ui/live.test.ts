import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const WEB = join(import.meta.dirname, '..')

test('a page that loads its data anew keeps what was answered to the last action', () => {
  const live = globSync('**/*-page.tsx', { cwd: WEB }).filter((path) =>
    /\b(useLive|usePolling)\(/.test(readFileSync(join(WEB, path), 'utf8')),
  )
  assert.ok(live.length > 10)
  const forgetful = live.filter((path) => {
    const text = readFileSync(join(WEB, path), 'utf8')
    return text.includes('actionData') && !text.includes('useAnswer(actionData)')
  })
  assert.deepEqual(forgetful, [])
})
