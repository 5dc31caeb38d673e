import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { requestPasswordReset } from '#modules/accounts/request-password-reset.ts'
import { resetPassword } from '#modules/accounts/reset-password.ts'
import { verifyEmail } from '#modules/accounts/verify-email.ts'
import { type Actor, anonymous, system } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getNotification, listNotifications } from './notifications-queries.ts'
import { notify } from './notify.ts'
import { sendEmail } from './send-email.ts'
import { staffAs, memberAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const support: Actor = staffAs('support', 'usr_support')
const register = (email: string, locale: 'en' | 'de' = 'en') =>
  registerCustomer(app, anonymous, { email, password, name: 'Jane', locale })
const mailsTo = (email: string) => app.mail.messages().filter((mail) => mail.recipients.includes(email))
const notificationsTo = (email: string) =>
  app.db.selectFrom('notifications').selectAll().where('recipient', '=', email).orderBy('id').execute()
const linkIn = (text: string, path: string): string => {
  const found = new RegExp(`http://localhost:8080/${path}\\?token=(\\S+)`).exec(text)?.[1]
  assert.ok(found, text)
  return decodeURIComponent(found)
}

test('whoever signs up gets one mail, and its link verifies the address', async () => {
  await register('jane@example.com', 'de')
  await app.work()

  const [mail, ...more] = mailsTo('jane@example.com')
  assert.ok(mail)
  assert.deepEqual(more, [])
  assert.equal(mail.subject, 'Bitte bestätigen Sie Ihre E-Mail-Adresse')
  const [notification] = await notificationsTo('jane@example.com')
  assert.equal(mail.messageId, `<${notification?.id}@localhost>`)
  assert.equal(notification?.state, 'sent')
  assert.ok(notification.acceptedAs)
  assert.ok(notification.sentAt)
  const done = await verifyEmail(app, anonymous, { token: linkIn(mail.text, 'verify-email') })
  assert.equal(done.email, 'jane@example.com')
})

test('signing up again tells the owner by mail what the page did not tell', async () => {
  await register('known@example.com')
  await register('known@example.com')
  await app.work()

  const subjects = mailsTo('known@example.com').map(({ subject }) => subject)
  assert.deepEqual(subjects.toSorted(), ['Please confirm your email address', 'You already have an account'])
})

test('a forgotten password is reset by mail, and the change is told by mail', async () => {
  await register('forgot@example.com')
  await requestPasswordReset(app, anonymous, { email: 'forgot@example.com' })
  await app.work()
  const mail = mailsTo('forgot@example.com').find(({ subject }) => subject === 'Set a new password')
  assert.ok(mail)

  await resetPassword(app, anonymous, { token: linkIn(mail.text, 'reset-password'), password: 'an entirely new one' })
  await app.work()
  assert.ok(mailsTo('forgot@example.com').some(({ subject }) => subject === 'Your password was changed'))
})

test('a mail server that is away for a moment delays the mail and doubles nothing', async () => {
  await register('delayed@example.com')
  app.mail.failNext('temporary', 2)
  await app.work()

  assert.equal(mailsTo('delayed@example.com').length, 1)
  assert.deepEqual(
    (await notificationsTo('delayed@example.com')).map(({ state }) => state),
    ['sent'],
  )
})

test('when the answer of the mail server is lost, both copies carry the same Message-ID', async () => {
  await register('lost@example.com')
  app.mail.failNext('lost')
  await app.work()

  const ids = mailsTo('lost@example.com').map(({ messageId }) => messageId)
  assert.equal(new Set(ids).size, 1)
  assert.deepEqual(
    (await notificationsTo('lost@example.com')).map(({ state }) => state),
    ['sent'],
  )
})

test('an address the mail server refuses for good is recorded and not tried again', async () => {
  await register('refused@example.com')
  app.mail.failNext('refused')
  await app.work()

  const [notification] = await notificationsTo('refused@example.com')
  assert.equal(notification?.state, 'failed')
  assert.ok(notification.error)
  const event = await app.db
    .selectFrom('events')
    .select(['name', 'customerId'])
    .where('subjectId', '=', notification.id)
    .execute()
  assert.deepEqual(event, [{ name: 'notification.failed', customerId: notification.customerId }])
})

test('nobody hears the same thing twice, however often a job runs', async () => {
  await register('once@example.com')
  await app.work()
  const [notification] = await notificationsTo('once@example.com')
  assert.ok(notification)

  const { eventId, recipient, locale, customerId, subjectId } = notification
  await app.transaction(system('test'), (tx) =>
    notify(tx, { eventId, template: 'verify-email', recipient, locale, customerId, subjectId }),
  )
  await sendEmail.run(app, { notificationId: notification.id }, new AbortController().signal)
  await app.work()
  assert.equal(mailsTo('once@example.com').length, 1)
})

test("another customer's messages do not exist; staff see them all", async () => {
  for (const email of ['a@example.com', 'b@example.com']) {
    await register(email)
    await app.work()
  }
  const [[first], [second]] = [await notificationsTo('a@example.com'), await notificationsTo('b@example.com')]
  assert.ok(first?.customerId && second)
  const user: Actor = memberAs(first.customerId, 'usr_a')

  assert.deepEqual((await listNotifications(app, user, { limit: 10 })).rows, [first])
  await assert.rejects(getNotification(app, user, second.id), { code: 'notification_not_found' })
  await assert.rejects(listNotifications(app, anonymous, { limit: 10 }), { code: 'sign_in_required' })
  const page = await listNotifications(app, support, { limit: 1 })
  assert.deepEqual([page.rows[0]?.id, page.next], [second.id, second.id])
  const failed = await listNotifications(app, support, { limit: 10, state: 'failed' })
  assert.ok(failed.rows.every(({ state }) => state === 'failed'))
})
