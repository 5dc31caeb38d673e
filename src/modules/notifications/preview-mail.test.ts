import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { LOCALES } from '#platform/i18n.ts'
import { staffAs } from '#test/support/actors.ts'
import { buildOrder, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { MAIL_VARIABLES, VARIABLES_OF } from './mail-variables.ts'
import { previewMails } from './preview-mail.ts'
import { resendNotification } from './resend-notification.ts'
import { sendTestMail } from './send-test-mail.ts'
import { TEMPLATE_NAMES } from './templates.ts'

const app = await createTestApp()
after(() => app.close())

/** How many rows there are of all that examples are made of. */
async function countRows(): Promise<bigint[]> {
  const tables = ['users', 'customers', 'invoices', 'services', 'addresses', 'notifications', 'events'] as const
  return Promise.all(
    tables.map(async (table) => {
      const { count } = await app.db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    }),
  )
}

test('every mail can be shown in every language with example values, each where the mail says it does', async () => {
  const before = await countRows()
  const wanted = TEMPLATE_NAMES.flatMap((template) => LOCALES.map((locale) => ({ template, locale })))
  const mails = await previewMails(app, staffAs('support'), wanted)
  for (const template of TEMPLATE_NAMES) {
    const subjects = new Set<string>()
    for (const locale of LOCALES) {
      const mail = mails[wanted.findIndex((each) => each.template === template && each.locale === locale)]!
      subjects.add(mail.subject)
      for (const part of [mail.subject, mail.text, mail.html])
        assert.doesNotMatch(part, /undefined|null|NaN|\[object|\{[a-zA-Z]+\}/, `${template} in ${locale}`)
      for (const name of VARIABLES_OF[template])
        assert.ok(
          `${mail.subject} ${mail.text}`.includes(MAIL_VARIABLES[name](locale)),
          `${template} in ${locale}: ${name}`,
        )
      for (const name of Object.keys(MAIL_VARIABLES) as (keyof typeof MAIL_VARIABLES)[])
        if (!VARIABLES_OF[template].includes(name) && name !== 'lentDays')
          assert.ok(
            !mail.subject.includes(MAIL_VARIABLES[name](locale)),
            `${template} does not tell that it says ${name}`,
          )
    }
    assert.equal(subjects.size, LOCALES.length, `${template} is translated`)
  }
  assert.deepEqual(await countRows(), before)
})

test('a colleague sends a mail with examples to themselves, and to nobody else', async () => {
  const email = 'sam@example.com'
  await createStaff(app, tester, { email, name: 'Sam', role: 'billing', password: 'four random words', locale: 'en' })
  const { id } = await app.db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirstOrThrow()
  await sendTestMail(app, staffAs('billing', id), { template: 'invoice-receipt', locale: 'de' })
  await app.work()
  const [mail] = app.mail.messages()
  assert.deepEqual([mail?.recipients, mail?.subject], [[email], 'Zahlungsbeleg zu Rechnung EXAMPLE-000042'])
  await assert.rejects(sendTestMail(app, staffAs('support'), { template: 'invoice-receipt', locale: 'de' }), {
    code: 'permission_denied',
  })
})

test('a mail that was sent is sent again; one with a link for a time is not', async () => {
  const { customer } = await buildOrder(app)
  await app.work()
  const sent = () => app.db.selectFrom('notifications').selectAll().where('customerId', '=', customer.id).execute()
  const [first] = await sent()
  assert.equal(first!.state, 'sent')
  await resendNotification(app, staffAs('billing'), { notificationId: first!.id })
  await app.work()
  assert.deepEqual(
    (await sent()).map(({ template, recipient, state }) => [template, recipient, state]),
    [0, 1].map(() => ['order-received', 'ada@example.com', 'sent']),
  )
  await app.db.updateTable('notifications').set({ template: 'reset-password' }).where('id', '=', first!.id).execute()
  await assert.rejects(resendNotification(app, staffAs('billing'), { notificationId: first!.id }), {
    code: 'mail_not_resendable',
  })
})
