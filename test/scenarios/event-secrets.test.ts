import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createApiToken } from '#modules/accounts/create-api-token.ts'
import { renewRecoveryCodes } from '#modules/accounts/change-totp.ts'
import { openTokenPair } from '#modules/accounts/token-pair.ts'
import { anonymous } from '#platform/actor.ts'
import { apiClient, buildCustomer, buildOrder, PASSWORD, payOnHostedPage } from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { codeOf } from '#test/support/totp-app.ts'
import { buildTotpOwner, TOTP_PASSWORD } from '#test/support/totp-owners.ts'

const app = await createTestApp()
after(() => app.close())

test('whatever somebody does, no password, code, key, token or digest of one is told by the log, the queue or a mail', async () => {
  const jane = await buildCustomer(app)
  const { invoiceId } = await buildOrder(jane)
  const page = await jane.api.post<{ url: string }>(`/invoices/${invoiceId}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  const { token } = await createApiToken(app, jane.actor, { name: 'backup' })
  const pair = await openTokenPair(app, anonymous, { email: jane.email, password: PASSWORD })
  const newPassword = 'wholly other random words'
  await jane.api.send('PUT', '/me/password', { currentPassword: PASSWORD, newPassword })
  await apiClient(app).post('/sessions', { email: jane.email, password: 'a guess that was typed wrong' })
  await apiClient(app).post('/password-resets', { email: jane.email })
  await jane.api.post('/invitations', { email: 'friend@example.com', role: 'support' })
  const owner = await buildTotpOwner(app)
  const codes = await renewRecoveryCodes(app, owner.actor, {
    currentPassword: TOTP_PASSWORD,
    code: codeOf(app, owner.secret, 1),
  })
  await app.work()

  const users = await app.db.selectFrom('users').select('passwordHash').where('passwordHash', 'is not', null).execute()
  const tokens = await app.db.selectFrom('apiTokens').select('tokenHash').execute()
  const sessions = await app.db.selectFrom('sessions').select('tokenHash').execute()
  const secrets = [
    PASSWORD,
    newPassword,
    TOTP_PASSWORD,
    'a guess that was typed wrong',
    jane.sessionToken,
    owner.token,
    token,
    pair.accessToken,
    pair.refreshToken,
    owner.secret,
    ...owner.codes,
    ...codes,
    ...codes.map((code) => code.replace('-', '')),
    ...users.map(({ passwordHash }) => passwordHash!),
    ...[...tokens, ...sessions].map(({ tokenHash }) => tokenHash),
    app.config.secretKey.reveal(),
    app.config.stripe.secretKey.reveal(),
    app.config.proxmox.tokenSecret.reveal(),
  ]
  const places: Record<string, string> = {
    events: `select to_jsonb(e)::text as text from events e`,
    queue: `select to_jsonb(j)::text as text from queue.job j`,
    procedures: `select to_jsonb(p)::text as text from procedures p`,
    notifications: `select to_jsonb(n)::text as text from notifications n`,
  }
  for (const [place, statement] of Object.entries(places)) {
    const { rows } = await app.database.pool.query<{ text: string }>(statement)
    assert.ok(rows.length > 0, place)
    const text = rows.map((row) => row.text).join('\n')
    for (const [index, secret] of secrets.entries()) assert.ok(!text.includes(secret), `${place}: secret ${index}`)
  }
  const mails = app.mail.messages().map((mail) => `${mail.subject}\n${mail.text}`)
  assert.ok(mails.length > 5)
  for (const [index, secret] of secrets.entries())
    for (const mail of mails) assert.ok(!mail.includes(secret), `mail: secret ${index}`)
})
