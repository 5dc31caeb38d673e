import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeBrowser } from './describe-browser.ts'

test('browsers are told apart although each claims to be the others', () => {
  const cases: [string, string, string][] = [
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
      'Chrome',
      'Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0',
      'Edge',
      'Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
      'Safari',
      'macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile Safari/604.1',
      'Chrome',
      'iPhone',
    ],
    ['Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0', 'Firefox', 'Android'],
  ]
  for (const [userAgent, browser, system] of cases)
    assert.deepEqual(describeBrowser(userAgent), { browser, system }, userAgent)
})

test('a program is called what it calls itself, and nothing is made up about the rest', () => {
  assert.deepEqual(describeBrowser('curl/8.5.0'), { program: 'curl/8.5.0' })
  assert.deepEqual(describeBrowser('deploy-script/1.0 (cron)'), { program: 'deploy-script/1.0' })
  assert.deepEqual(describeBrowser('Mozilla/5.0 (Something)'), {})
  assert.deepEqual(describeBrowser(null), {})
})
