import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { anonymous } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const email = 'jane@example.com'
const password = 'a quiet river stone'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** Signs in and gives how many mails about a new browser there are by then. */
async function newsAfter(userAgent: string, address = '203.0.113.7'): Promise<number> {
  await signIn(app, anonymous, { email, password, userAgent, address })
  await app.work()
  const { count } = await app.db
    .selectFrom('notifications')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('template', '=', 'new-sign-in')
    .executeTakeFirstOrThrow()
  return Number(count)
}

test('a browser that was not used before is told of by mail, once; the first of all and a new version are not', async () => {
  await registerCustomer(app, anonymous, { email, password, name: 'Jane', locale: 'en' })
  assert.equal(await newsAfter(FIREFOX), 0, 'the first')
  assert.equal(await newsAfter(FIREFOX.replaceAll('140', '141')), 0, 'a new version')
  assert.equal(await newsAfter(FIREFOX, '198.51.100.1'), 0, 'from another place')
  assert.equal(await newsAfter('curl/8.20.0', '198.51.100.9'), 1, 'a program')
  assert.equal(await newsAfter('curl/8.21.0'), 1, 'the same again')
  const mail = await app.mail.waitFor((each) => each.subject === 'You signed in with a new browser or program')
  assert.match(mail.text, /From: 198\.51\.100\.9/)
  assert.match(mail.text, /With: curl\/8\.20\.0/)
})
