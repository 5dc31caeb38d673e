import assert from 'node:assert/strict'
import { totpCode, totpStep } from '#modules/accounts/totp.ts'
import type { TestApp } from './test-app.ts'
import type { VisitedPage, Visitor } from './visitor.ts'

/** What the app on somebody's phone shows now, or so many steps of half a minute ahead. */
export const codeOf = (app: TestApp, secret: string, ahead = 0): string =>
  totpCode(secret, totpStep(app.clock.wallClock()) + ahead)

/** Switches the app on as a person does; gives its secret and the recovery codes the page tells. */
export async function switchOn(
  app: TestApp,
  visitor: Visitor,
  security: string,
  password: string,
): Promise<{ secret: string; codes: string[]; page: VisitedPage }> {
  const offered = await (await visitor.open(security)).press('Set up')
  const secret = /key into the app: ((?:[A-Z2-7]{4} ?){8})/.exec(offered.text)![1]!.replaceAll(' ', '')
  assert.match(offered.html, /<img[^>]+src="data:image\/svg\+xml;base64,/)
  const page = await offered.press('Switch on', { code: codeOf(app, secret), currentPassword: password })
  const codes = [...page.text.matchAll(/\b[a-z2-9]{5}-[a-z2-9]{5}\b/g)].map(([code]) => code)
  return { secret, codes, page }
}
