import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Locale, LOCALES } from '#platform/i18n.ts'
import { newId } from '#platform/ids.ts'
import { mailStory } from '#test/support/mail-story.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { notifyInvoiceNumbered } from './notify-invoice-numbered.ts'
import { notifyOrderPending } from './notify-order-pending.ts'
import { notifyServiceActive } from './notify-service-active.ts'
import { notifyServiceSuspended } from './notify-service-suspended.ts'
import { renderMail } from './render-mail.ts'
import { type TemplateName, templates } from './templates.ts'

const app = await createTestApp({ MAIL_FROM: '"Acme <Hosting>" <no-reply@acme.example>' })
after(() => app.close())

const hostile = '<img src=x onerror=alert(1)>"\'&'

const told = await mailStory(app, hostile)
const subjectOf: Record<TemplateName, string> = {
  'verify-email': told.token.id,
  'already-registered': told.user.id,
  'reset-password': told.token.id,
  'password-changed': told.user.id,
  'change-email': told.token.id,
  'email-changed': told.token.id,
  'second-factor-enabled': told.user.id,
  'second-factor-disabled': told.user.id,
  invitation: told.invitationId,
  'new-sign-in': told.sessionId,
  'data-export-ready': told.user.id,
  'account-closed': told.customerId,
  'identity-connected': told.user.id,
  'identity-disconnected': told.user.id,
  'api-token-created': told.tokenId,
  'passkey-added': told.user.id,
  'passkey-removed': told.user.id,
  'passkey-factor-enabled': told.user.id,
  'passkey-factor-disabled': told.user.id,
  'order-received': told.orderId,
  'transfer-details': told.invoiceId,
  'invoice-receipt': told.invoiceId,
  'renewal-invoice': told.invoiceId,
  'manual-invoice': told.invoiceId,
  'invoice-reminder': told.invoiceId,
  'suspension-warning': told.invoiceId,
  'termination-warning': told.invoiceId,
  'payment-failed': told.paymentId,
  'refund-made': told.refundId,
  'refund-returned': told.refundId,
  'credit-note': told.creditNoteId,
  'staff-dispute': told.disputeId,
  'staff-refund-failed': told.refundId,
  'staff-refund-unexplained': told.refundId,
  'staff-refund-unknown': told.refundId,
  'staff-change-failed': told.serviceId,
  'staff-tax-outdated': told.invoiceId,
  'staff-backup-failed': told.serviceId,
  'staff-proof': told.proofRunId,
  'service-ready': told.serviceId,
  'service-failed': told.serviceId,
  'service-suspended': told.serviceId,
  'service-resumed': told.serviceId,
  'service-terminated': told.serviceId,
  'change-confirmed': told.changeId,
  'price-change': told.repricingItemId,
  'price-change-cancelled': told.repricingItemId,
  'cancellation-confirmed': told.subscriptionId,
  'cancellation-undone': told.subscriptionId,
  'trial-ends': told.subscriptionId,
  'card-expiring': told.paymentMethodId,
  'moved-over': told.subscriptionId,
  'subscription-ended': told.subscriptionId,
  'staff-invitation': told.token.id,
  'staff-role-changed': told.user.id,
  'staff-ended': told.user.id,
  'staff-second-factor-reset': told.user.id,
}
const write = (template: TemplateName, locale: Locale = 'en') =>
  renderMail(app, { id: 'ntf_1', template, recipient: 'j@example.com', locale, subjectId: subjectOf[template] })

test('every mail can be written in every language, with both parts and links to us alone', async () => {
  for (const template of Object.keys(templates) as TemplateName[]) {
    const subjects = new Set<string>()
    for (const locale of LOCALES) {
      const mail = await write(template, locale)
      subjects.add(mail.subject)
      assert.match(mail.html, new RegExp(`^<!doctype html>\\s*<html lang="${locale}">`))
      assert.match(mail.html, /prefers-color-scheme: dark/)
      for (const part of [mail.text, mail.html, mail.subject]) assert.doesNotMatch(part, /undefined|\[object|NaN/)
      const links = [...`${mail.text} ${mail.html}`.matchAll(/https?:\/\/[^\s"<]+/g)].map(([link]) => link)
      assert.ok(links.length >= 2, template)
      for (const link of links) assert.ok(link.startsWith('http://localhost:8080'), link)
    }
    assert.equal(subjects.size, LOCALES.length, `${template} is translated`)
  }
})

test('what a customer typed stays text', async () => {
  for (const template of ['order-received', 'invoice-receipt', 'change-confirmed'] as const) {
    const { html, text } = await write(template)
    assert.ok(text.includes(hostile))
    assert.doesNotMatch(html, /<img/)
    assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/)
  }
})

test('a subject is one line, whatever a host name holds', async () => {
  const hostname = 'web1\r\nBcc: x@evil.example\u2028\0'
  await app.db
    .updateTable('services')
    .set({ hostname: hostname.replace('\0', '') })
    .where('id', '=', told.serviceId)
    .execute()
  const mail = await write('service-resumed')
  await app.db.updateTable('services').set({ hostname: 'web1.example.com' }).where('id', '=', told.serviceId).execute()
  assert.equal(mail.subject, 'Your server web1 Bcc: x@evil.example is available again')
})

test('the mail of a ready server says how to reach it', async () => {
  const { subject, text } = await write('service-ready')
  assert.equal(subject, 'Your server web1.example.com is ready')
  assert.ok(text.includes(`Address: ${told.address}\n`))
  assert.ok(text.includes(`ssh debian@${told.address}`))
  assert.ok(text.includes(`http://localhost:8080/portal/services/${told.serviceId}`))
})

test('the receipt tells number, amounts and the day as the seller writes it', async () => {
  const { subject, text } = await write('invoice-receipt', 'de')
  assert.equal(subject, 'Zahlungsbeleg zu Rechnung TEST-7')
  assert.match(text, /Steuer: 190,00\s€/)
  assert.match(text, /Summe: 1\.190,00\s€/)
  assert.match((await write('invoice-receipt')).text, /Total: €1,190\.00/)
})

test('the order mail leads to the page that shows how it goes, in its language', async () => {
  assert.ok((await write('order-received', 'de')).text.includes(`http://localhost:8080/de/orders/${told.orderId}/done`))
  assert.ok((await write('order-received')).text.includes(`http://localhost:8080/orders/${told.orderId}/done`))
})

test('a failed setup is told as it was recorded, and that the money is safe', async () => {
  await app.db.updateTable('services').set({ failure: 'No room left.' }).where('id', '=', told.serviceId).execute()
  const { text } = await write('service-failed')
  assert.match(text, /No room left\./)
  assert.match(text, /Your money is safe/)
})

test('a suspension tells every reason that holds', async () => {
  const at = app.clock.now()
  for (const [reason, liftedAt] of [
    ['abuse', null],
    ['dispute', at],
  ] as const)
    await app.db
      .insertInto('serviceSuspensions')
      .values({ id: newId('sus'), serviceId: told.serviceId, reason, createdAt: at, liftedAt })
      .execute()
  const { text } = await write('service-suspended')
  assert.match(text, /harms others/)
  assert.doesNotMatch(text, /disputed/)
})

test('the sender and the Message-ID are ours', async () => {
  const mail = await write('verify-email')
  assert.equal(mail.messageId, '<ntf_1@localhost>')
  assert.match(mail.text, /sent automatically by Acme <Hosting>\.\nhttp:\/\/localhost:8080\n$/)
  assert.match(mail.html, /Acme &lt;Hosting&gt;/)
})

test('an event about a customer becomes one mail to them, chosen by what happened', async () => {
  const cases = [
    [notifyOrderPending, 'order.pending', told.orderId, undefined, 'order-received'],
    [notifyInvoiceNumbered, 'invoice.numbered', told.invoiceId, undefined, 'invoice-receipt'],
    [notifyServiceActive, 'service.active', told.serviceId, 'provisioning', 'service-ready'],
    [notifyServiceActive, 'service.active', told.serviceId, 'suspended', 'service-resumed'],
    [notifyServiceSuspended, 'service.suspended', told.serviceId, 'active', 'service-suspended'],
  ] as const
  for (const [job, name, subjectId, state, template] of cases) {
    const eventId = newId('evt')
    await app.db
      .insertInto('events')
      .values({
        id: eventId,
        name,
        subjectId,
        customerId: told.customerId,
        actorKind: 'system',
        actorId: 'test',
        before: state ? JSON.stringify({ state }) : null,
        createdAt: app.clock.now(),
      })
      .execute()
    for (let run = 0; run < 2; run += 1) await job.run(app, { eventId, subjectId }, new AbortController().signal)
    const rows = await app.db
      .selectFrom('notifications')
      .select(['template', 'recipient', 'customerId', 'subjectId', 'state'])
      .where('eventId', '=', eventId)
      .execute()
    assert.deepEqual(rows, [
      { template, recipient: 'j@example.com', customerId: told.customerId, subjectId, state: 'queued' },
    ])
  }
})
